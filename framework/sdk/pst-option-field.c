/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The field's place stands with the GParamSpec, so one pair of functions serves every class. */
#include "pst-option-field.h"

#include "pst-option-field-private.h"

/* Offset and one, so that an offset of 0 is told from none. */
static GQuark
pst_option_field_quark (void)
{
  static GQuark quark = 0;

  if (G_UNLIKELY (quark == 0))
    quark = g_quark_from_static_string ("pst-option-field");
  return quark;
}

typedef void (*FreeFunc) (gpointer data);

/* The kinds of fields: how large one is, and how what it points to goes. NULL: nothing to be freed. */
static FreeFunc
free_func_of (GType type)
{
  if (type == G_TYPE_STRING)
    return g_free;
  if (type == G_TYPE_STRV)
    return (FreeFunc)g_strfreev;
  if (type == PST_TYPE_DECIMAL)
    return (FreeFunc)pst_decimal_free;
  return type == PST_TYPE_MONEY ? (FreeFunc)pst_money_free : NULL;
}

static gsize
size_of (GType type)
{
  switch (G_TYPE_FUNDAMENTAL (type))
    {
    case G_TYPE_BOOLEAN:
    case G_TYPE_INT:
    case G_TYPE_UINT:
    case G_TYPE_ENUM:
      return sizeof (gint);
    case G_TYPE_INT64:
    case G_TYPE_UINT64:
      return sizeof (gint64);
    case G_TYPE_DOUBLE:
      return sizeof (double);
    default:
      return free_func_of (type) != NULL ? sizeof (gpointer) : 0;
    }
}

static gpointer
field_of (GObject *object, GParamSpec *pspec)
{
  return G_STRUCT_MEMBER_P (object, GPOINTER_TO_SIZE (g_param_spec_get_qdata (pspec, pst_option_field_quark ())) - 1);
}

static void
get_property (GObject *object, guint property_id, GValue *value, GParamSpec *pspec)
{
  gpointer field = field_of (object, pspec);

  switch (G_TYPE_FUNDAMENTAL (G_VALUE_TYPE (value)))
    {
    case G_TYPE_BOOLEAN:
      g_value_set_boolean (value, *(gboolean *)field);
      break;
    case G_TYPE_INT:
      g_value_set_int (value, *(gint *)field);
      break;
    case G_TYPE_UINT:
      g_value_set_uint (value, *(guint *)field);
      break;
    case G_TYPE_ENUM:
      g_value_set_enum (value, *(gint *)field);
      break;
    case G_TYPE_INT64:
      g_value_set_int64 (value, *(gint64 *)field);
      break;
    case G_TYPE_UINT64:
      g_value_set_uint64 (value, *(guint64 *)field);
      break;
    case G_TYPE_DOUBLE:
      g_value_set_double (value, *(double *)field);
      break;
    case G_TYPE_STRING:
      g_value_set_string (value, *(char **)field);
      break;
    default:
      g_value_set_boxed (value, *(gpointer *)field);
      break;
    }
}

static void
replace (gpointer *field, FreeFunc free_func, gpointer value)
{
  if (*field != NULL)
    free_func (*field);
  *field = value;
}

static void
set_property (GObject *object, guint property_id, const GValue *value, GParamSpec *pspec)
{
  gpointer field = field_of (object, pspec);

  switch (G_TYPE_FUNDAMENTAL (G_VALUE_TYPE (value)))
    {
    case G_TYPE_BOOLEAN:
      *(gboolean *)field = g_value_get_boolean (value);
      break;
    case G_TYPE_INT:
      *(gint *)field = g_value_get_int (value);
      break;
    case G_TYPE_UINT:
      *(guint *)field = g_value_get_uint (value);
      break;
    case G_TYPE_ENUM:
      *(gint *)field = g_value_get_enum (value);
      break;
    case G_TYPE_INT64:
      *(gint64 *)field = g_value_get_int64 (value);
      break;
    case G_TYPE_UINT64:
      *(guint64 *)field = g_value_get_uint64 (value);
      break;
    case G_TYPE_DOUBLE:
      *(double *)field = g_value_get_double (value);
      break;
    case G_TYPE_STRING:
      replace (field, g_free, g_value_dup_string (value));
      break;
    default:
      replace (field, free_func_of (G_VALUE_TYPE (value)), g_value_dup_boxed (value));
      break;
    }
}

/**
 * pst_option_install: (skip)
 * @klass: the component's class, in class_init
 * @pspec: (transfer floating): the option
 * @offset: of its field in the instance
 * @size: of its field
 *
 * Installs an option that lives in a field. See PST_OPTION_IN().
 */
void
pst_option_install (PstComponentClass *klass, GParamSpec *pspec, gsize offset, gsize size)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  g_autofree GParamSpec **before = NULL;
  guint n_before;

  g_return_if_fail (PST_IS_COMPONENT_CLASS (klass) && G_IS_PARAM_SPEC (pspec));
  g_return_if_fail (size == size_of (pspec->value_type));

  before = g_object_class_list_properties (object_class, &n_before);
  g_param_spec_set_qdata (pspec, pst_option_field_quark (), GSIZE_TO_POINTER (offset + 1));
  object_class->get_property = get_property;
  object_class->set_property = set_property;
  g_object_class_install_property (object_class, n_before + 1, pspec);
}

/* What the fields of a component point to; when it goes. */
void
pst_option_clear_fields (GObject *object)
{
  g_autofree GParamSpec **pspecs = NULL;
  guint n_pspecs;

  pspecs = g_object_class_list_properties (G_OBJECT_GET_CLASS (object), &n_pspecs);
  for (guint i = 0; i < n_pspecs; i++)
    {
      FreeFunc free_func = free_func_of (pspecs[i]->value_type);

      if (free_func != NULL && g_param_spec_get_qdata (pspecs[i], pst_option_field_quark ()) != NULL)
        replace (field_of (object, pspecs[i]), free_func, NULL);
    }
}
