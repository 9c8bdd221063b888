/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Services of the whole host, an HTTP API before all. A component wants a context; a host has no run, so theirs has a clock and a name, and no
 * market: who would trade here finds nothing to trade with. */

#include "penstockd.h"

#include "../host/pst-component-spec.h"

#include <string.h>

#define PENSTOCKD_TYPE_CONTEXT (penstockd_context_get_type ())
G_DECLARE_FINAL_TYPE (PenstockdContext, penstockd_context, PENSTOCKD, CONTEXT, PstContext)

struct _PenstockdContext
{
  PstContext parent_instance;

  PstClock *clock;
  PstInstrumentTable *instruments;
  PstRunRecord run;
};

G_DEFINE_FINAL_TYPE (PenstockdContext, penstockd_context, PST_TYPE_CONTEXT)

static PstClock *
get_clock (PstContext *context)
{
  return PENSTOCKD_CONTEXT (context)->clock;
}

static PstMode
get_mode (PstContext *context)
{
  return PST_MODE_LIVE;
}

static const PstRunRecord *
get_run (PstContext *context)
{
  return &PENSTOCKD_CONTEXT (context)->run;
}

static PstInstrumentTable *
get_instruments (PstContext *context)
{
  return PENSTOCKD_CONTEXT (context)->instruments;
}

static PstTradingState
get_trading_state (PstContext *context)
{
  return PST_TRADING_STATE_HALTED;
}

static const PstMark *
get_mark (PstContext *context, guint32 instrument)
{
  return NULL;
}

static const PstPosition *
get_position (PstContext *context, guint32 strategy, guint32 instrument)
{
  return NULL;
}

static const PstAccount *
get_account (PstContext *context, guint32 exchange)
{
  return NULL;
}

static PstMoney
get_equity (PstContext *context, guint *n_unpriced)
{
  *n_unpriced = 0;
  return (PstMoney){ 0 };
}

static guint32
find_executor (PstContext *context, guint32 instrument)
{
  return G_MAXUINT32;
}

static guint64
submit (PstContext *context, PstStrategy *strategy, const PstOrderRequest *request)
{
  return 0;
}

static gboolean
cancel (PstContext *context, guint64 order_id, GError **error)
{
  g_set_error_literal (error, PST_EXCHANGE_ERROR, PST_EXCHANGE_ERROR_NOT_FOUND, "a host has no orders of its own");
  return FALSE;
}

static gboolean
modify (PstContext *context, guint64 order_id, gint64 quantity, gint64 limit_price, gint64 stop_price, GError **error)
{
  return cancel (context, order_id, error);
}

static const PstOrder *
get_order (PstContext *context, guint64 order_id)
{
  return NULL;
}

static void
foreach_open_order (PstContext *context, PstOrderFunc func, gpointer user_data)
{
}

static void
request_trading_state (PstContext *context, PstComponent *component, PstTradingState state, const char *reason)
{
}

static PstComponent *
find_component (PstContext *context, PstComponentKind kind, const char *name)
{
  return NULL;
}

static PstComponent *
get_component (PstContext *context, guint32 index)
{
  return NULL;
}

static void
note (PstContext *context, PstComponent *component, const char *name, const char *detail)
{
  penstockd_log (G_LOG_LEVEL_INFO, detail, "PENSTOCK_COMPONENT", pst_component_get_name (component), "PENSTOCK_NOTE", name, NULL);
}

static void
penstockd_context_finalize (GObject *object)
{
  PenstockdContext *self = PENSTOCKD_CONTEXT (object);

  g_clear_object (&self->clock);
  g_clear_pointer (&self->instruments, pst_instrument_table_unref);
  G_OBJECT_CLASS (penstockd_context_parent_class)->finalize (object);
}

static void
penstockd_context_class_init (PenstockdContextClass *class)
{
  PstContextClass *context = PST_CONTEXT_CLASS (class);

  G_OBJECT_CLASS (class)->finalize = penstockd_context_finalize;
  context->get_clock = get_clock;
  context->get_mode = get_mode;
  context->get_run = get_run;
  context->get_instruments = get_instruments;
  context->get_mark = get_mark;
  context->get_position = get_position;
  context->get_account = get_account;
  context->get_equity = get_equity;
  context->get_trading_state = get_trading_state;
  context->find_executor = find_executor;
  context->submit = submit;
  context->cancel = cancel;
  context->modify = modify;
  context->get_order = get_order;
  context->foreach_open_order = foreach_open_order;
  context->request_trading_state = request_trading_state;
  context->find_component = find_component;
  context->get_component = get_component;
  context->note = note;
}

static void
penstockd_context_init (PenstockdContext *self)
{
  self->clock = pst_system_clock_new (NULL);
  self->instruments = pst_instrument_table_new ();
  g_strlcpy (self->run.user_id, "penstockd", sizeof self->run.user_id);
  g_strlcpy (self->run.run_id, "penstockd", sizeof self->run.run_id);
}

struct _PenstockdServices
{
  PstContext *context;
  PstCatalogue *catalogue;
  char *folder;     /* of the host's state */
  GPtrArray *specs; /* of PstComponentSpec */
  guint n_started;
};

static void
on_alert (PstComponent *component, const PstRecord *record, gpointer user_data)
{
  const PstAlertRecord *alert = &record->alert;

  penstockd_log (alert->severity >= PST_SEVERITY_ERROR ? G_LOG_LEVEL_CRITICAL : G_LOG_LEVEL_WARNING, alert->title, "PENSTOCK_COMPONENT",
                 pst_component_get_name (component), "PENSTOCK_CATEGORY", alert->category, "PENSTOCK_DETAIL", alert->message, NULL);
}

static void
add_service (PenstockdServices *services, const PenstockdConfig *config, const PstKeyGroup *group, PstCatalogue *catalogue, GPtrArray *problems)
{
  g_autoptr (GPtrArray) assignments = g_ptr_array_new_with_free_func (g_free);
  PstComponentSpec *spec;

  for (guint i = 0; i < group->entries->len; i++)
    {
      const PstKeyEntry *entry = group->entries->pdata[i];
      PstAssignment *assignment = g_new0 (PstAssignment, 1);

      *assignment = (PstAssignment){ { .line = entry->line, .group = group->name, .key = entry->key }, entry->value, entry->broken };
      g_ptr_array_add (assignments, assignment);
    }
  spec = pst_component_spec_read (group->name, group->line, assignments, catalogue, config->folder, problems);
  g_ptr_array_add (services->specs, spec);
}

PenstockdServices *
penstockd_services_new (const PenstockdConfig *config, PstCatalogue *catalogue, char **problems)
{
  g_autoptr (PenstockdServices) services = g_new0 (PenstockdServices, 1);
  g_autoptr (GPtrArray) list = pst_problem_list_new ();

  services->context = g_object_new (PENSTOCKD_TYPE_CONTEXT, NULL);
  services->catalogue = g_object_ref (catalogue);
  services->folder = g_strdup (config->host->state_folder);
  services->specs = g_ptr_array_new_with_free_func ((GDestroyNotify)pst_component_spec_free);
  for (guint i = 0; i < config->text->groups->len; i++)
    {
      const PstKeyGroup *group = config->text->groups->pdata[i];

      if (g_str_has_prefix (group->name, "service "))
        add_service (services, config, group, catalogue, list);
    }
  if (list->len == 0)
    return g_steal_pointer (&services);
  *problems = pst_problem_list_to_string (list, config->path);
  return NULL;
}

/* What a service remembers stands beside what the host remembers, unless the file says where. */
static gboolean
give_state_folder (PenstockdServices *services, PstComponentSpec *spec, GError **error)
{
  GParamSpec *option = g_object_class_find_property (G_OBJECT_GET_CLASS (spec->component), "state-folder");
  g_autofree char *folder = NULL;

  if (option == NULL || (option->flags & PST_OPTION_PATH) == 0)
    return TRUE;
  folder = g_build_filename (services->folder, "services", spec->name, NULL);
  return pst_component_set_option (spec->component, option->name, folder, error);
}

static gboolean
start_service (PenstockdServices *services, PstComponentSpec *spec, guint index, PstController *controller, GError **error)
{
  const PstPlaceholders values = { "penstockd", "penstockd", "penstockd" };

  if (!give_state_folder (services, spec, error) || !pst_option_set_apply (spec->options, spec->component, &values, error))
    return FALSE;
  pst_component_attach (spec->component, services->context, spec->plugin, spec->name, index);
  pst_service_set_controller (PST_SERVICE (spec->component), controller);
  g_signal_connect (spec->component, "alert-raised", G_CALLBACK (on_alert), NULL);
  return pst_component_prepare (spec->component, error) && pst_component_start (spec->component, error);
}

gboolean
penstockd_services_start (PenstockdServices *services, PstController *controller, GError **error)
{
  for (guint i = 0; i < services->specs->len; i++)
    {
      PstComponentSpec *spec = services->specs->pdata[i];

      pst_component_spec_make (spec, services->catalogue);
      if (!start_service (services, spec, i, controller, error))
        {
          g_prefix_error (error, "[%s]: ", spec->group);
          return FALSE;
        }
      services->n_started++;
      penstockd_log (G_LOG_LEVEL_INFO, "service started", "PENSTOCK_COMPONENT", spec->name, "PENSTOCK_PLUGIN", spec->plugin, NULL);
    }
  return TRUE;
}

void
penstockd_services_free (PenstockdServices *services)
{
  if (services == NULL)
    return;
  for (guint i = services->n_started; i-- > 0;)
    {
      PstComponentSpec *spec = services->specs->pdata[i];

      pst_component_stop (spec->component);
      pst_service_set_controller (PST_SERVICE (spec->component), NULL);
    }
  g_ptr_array_unref (services->specs);
  g_object_unref (services->catalogue);
  g_object_unref (services->context);
  g_free (services->folder);
  g_free (services);
}
