/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The options of one group: read once for errors, applied once the run id is known. How errors look in a file is in pst-pipeline-file-test.c. */

#include "pst-option-set.h"

#include <string.h>

typedef struct
{
  PstService parent_instance;
  char *text;
  char **paths;
  char *secret;
} Subject;

typedef struct
{
  PstServiceClass parent_class;
} SubjectClass;

GType subject_get_type (void);
G_DEFINE_TYPE (Subject, subject, PST_TYPE_SERVICE)

enum
{
  PROP_0,
  PROP_TEXT,
  PROP_PATHS,
  PROP_SECRET,
};

static void
subject_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  Subject *self = (Subject *)object;

  switch (id)
    {
    case PROP_TEXT:
      g_free (self->text);
      self->text = g_value_dup_string (value);
      break;
    case PROP_PATHS:
      g_strfreev (self->paths);
      self->paths = g_value_dup_boxed (value);
      break;
    default:
      g_free (self->secret);
      self->secret = g_value_dup_string (value);
    }
}

static void
subject_finalize (GObject *object)
{
  Subject *self = (Subject *)object;

  g_free (self->text);
  g_strfreev (self->paths);
  g_free (self->secret);
  G_OBJECT_CLASS (subject_parent_class)->finalize (object);
}

static void
subject_class_init (SubjectClass *class)
{
  GObjectClass *object_class = G_OBJECT_CLASS (class);
  const GParamFlags flags = G_PARAM_WRITABLE | G_PARAM_STATIC_STRINGS | PST_OPTION;

  object_class->set_property = subject_set_property;
  object_class->finalize = subject_finalize;
  g_object_class_install_property (object_class, PROP_TEXT, g_param_spec_string ("text", "Text", "A text", NULL, flags | PST_OPTION_REQUIRED));
  g_object_class_install_property (object_class, PROP_PATHS, g_param_spec_boxed ("paths", "Paths", "Files", G_TYPE_STRV, flags | PST_OPTION_PATH));
  g_object_class_install_property (object_class, PROP_SECRET,
                                   g_param_spec_string ("secret", "Secret", "A secret", NULL, flags | PST_OPTION_SECRET | PST_OPTION_REQUIRED));
}

static void
subject_init (Subject *self)
{
}

/* A component without options. */
typedef struct
{
  PstService parent_instance;
} Other;

typedef struct
{
  PstServiceClass parent_class;
} OtherClass;

GType other_get_type (void);
G_DEFINE_TYPE (Other, other, PST_TYPE_SERVICE)

static void
other_class_init (OtherClass *class)
{
}

static void
other_init (Other *self)
{
}

static void
add (GPtrArray *assignments, guint line, const char *key, const char *text)
{
  PstAssignment *assignment = g_new0 (PstAssignment, 1);

  assignment->place = (PstPlace){ .line = line, .group = "service s", .key = key };
  assignment->text = text;
  g_ptr_array_add (assignments, assignment);
}

static PstOptionSet *
read_all (GPtrArray *assignments, GPtrArray *problems)
{
  PstOptionGroup group = { .name = "service s", .line = 1, .owner = "subject", .folder = "/cfg" };
  g_autofree GParamSpec **options = pst_option_list (subject_get_type (), &group.n_options);

  group.options = options;
  return pst_option_set_read (&group, assignments, problems);
}

static void
test_apply_twice (void)
{
  g_autoptr (GPtrArray) assignments = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GPtrArray) problems = pst_problem_list_new ();
  g_autoptr (PstOptionSet) set = NULL;
  g_autoptr (GObject) object = g_object_new (subject_get_type (), NULL);
  Subject *subject = (Subject *)object;
  PstPlaceholders values = { .user = "ann", .run = "r-1", .pipeline = "p" };
  g_autoptr (GError) error = NULL;

  g_setenv ("PENSTOCK_TEST_SECRET", "{run}", TRUE);
  add (assignments, 2, "plugin", "subject");
  add (assignments, 3, "text", "{user}:{run}");
  add (assignments, 4, "paths", "a b;/c;{run}");
  add (assignments, 5, "secret", "@env:PENSTOCK_TEST_SECRET");
  set = read_all (assignments, problems);
  g_assert_cmpuint (problems->len, ==, 0);
  g_assert_true (pst_option_set_apply (set, PST_COMPONENT (object), &values, &error));
  g_assert_no_error (error);
  g_assert_cmpstr (subject->text, ==, "ann:r-1");
  values.run = "r-2";
  g_assert_true (pst_option_set_apply (set, PST_COMPONENT (object), &values, &error));
  g_assert_cmpstr (subject->text, ==, "ann:r-2");
  g_assert_cmpstr (subject->secret, ==, "{run}");
  g_assert_cmpuint (g_strv_length (subject->paths), ==, 3);
  g_assert_cmpstr (subject->paths[0], ==, "/cfg/a b");
  g_assert_cmpstr (subject->paths[1], ==, "/c");
  g_assert_cmpstr (subject->paths[2], ==, "/cfg/r-2");
}

static void
test_required (void)
{
  g_autoptr (GPtrArray) assignments = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GPtrArray) problems = pst_problem_list_new ();
  g_autoptr (PstOptionSet) set = NULL;
  g_autofree char *text = NULL;

  g_setenv ("PENSTOCK_TEST_SECRET", "", TRUE);
  add (assignments, 5, "secret", "@env:PENSTOCK_TEST_SECRET");
  set = read_all (assignments, problems);
  text = pst_problem_list_to_string (problems, "f");
  g_assert_cmpstr (text, ==,
                   "f:1: [service s] text: required, but not set; allowed: text\nf:5: [service s] secret: required, but not set; allowed: text");
}

/* What a component refuses although its file was read well, such as a change in mid-run, is told and not passed over. */
static void
test_component_refuses (void)
{
  g_autoptr (GPtrArray) assignments = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GPtrArray) problems = pst_problem_list_new ();
  g_autoptr (PstOptionSet) set = NULL;
  g_autoptr (PstComponent) other = g_object_new (other_get_type (), NULL);
  PstPlaceholders values = { .user = "ann", .run = "r-1", .pipeline = "p" };
  g_autoptr (GError) error = NULL;

  add (assignments, 3, "text", "x");
  set = read_all (assignments, problems);
  g_assert_false (pst_option_set_apply (set, other, &values, &error));
  g_assert_error (error, PST_OPTION_ERROR, PST_OPTION_ERROR_UNKNOWN);
  pst_option_set_free (NULL);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/option-set/apply-twice", test_apply_twice);
  g_test_add_func ("/option-set/required", test_required);
  g_test_add_func ("/option-set/component-refuses", test_component_refuses);
  return g_test_run ();
}
