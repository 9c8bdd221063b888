/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Every store gets the same records in the same order; services hear last. The first store that fails is named in the error, gets
 * nothing more, and halts the run; the others still get the rest. Records that components cause while one is being handed out wait
 * their turn, so that everyone sees one order. */
#include "pst-recorder.h"

#include <string.h>

typedef enum
{
  PHASE_EARLY, /* nothing is recorded yet: what components say waits */
  PHASE_OPEN,
  PHASE_CLOSED, /* the run is over: nothing may follow its last record */
} Phase;

typedef struct
{
  PstStore *store;
  gboolean failed;
} Sink;

struct _PstRecorder
{
  PstClock *clock;
  PstInstrumentTable *instruments;
  GArray *sinks;       /* Sink */
  GPtrArray *services; /* PstService */
  PstRecordListener listener;
  gpointer listener_data;
  GQueue waiting; /* PstRecord */
  Phase phase;
  gboolean released; /* what waited since before the start may go */
  gboolean busy;
  gboolean quiet;
  PstExpected *expected; /* NULL: what comes is new */
  gboolean diverged;     /* from what was expected: nothing is recorded any more */
  PstRecorderNews news;
  gpointer news_data;
  guint n_instruments;
  guint64 n_records;
  PstAuditTrail *trail;  /* NULL: no audit */
  GArray *audit_waiting; /* PstRecord: facts about orders whose events are told at the end of the tick */
  GError *error;
};

/**
 * pst_recorder_new:
 * @clock: stamps the records
 * @instruments: the run's table
 *
 * Returns: (transfer full): a recorder that hands nothing out before pst_recorder_open()
 */
PstRecorder *
pst_recorder_new (PstClock *clock, PstInstrumentTable *instruments)
{
  PstRecorder *recorder = g_new0 (PstRecorder, 1);

  recorder->clock = g_object_ref (clock);
  recorder->instruments = pst_instrument_table_ref (instruments);
  recorder->sinks = g_array_new (FALSE, FALSE, sizeof (Sink));
  recorder->services = g_ptr_array_new_with_free_func (g_object_unref);
  g_queue_init (&recorder->waiting);
  recorder->audit_waiting = g_array_new (FALSE, FALSE, sizeof (PstRecord));
  return recorder;
}

/**
 * pst_recorder_free:
 * @recorder: (transfer full): a recorder
 */
void
pst_recorder_free (PstRecorder *recorder)
{
  for (guint i = 0; i < recorder->sinks->len; i++)
    g_object_unref (g_array_index (recorder->sinks, Sink, i).store);
  g_array_unref (recorder->sinks);
  g_ptr_array_unref (recorder->services);
  g_queue_clear_full (&recorder->waiting, (GDestroyNotify)pst_record_free);
  pst_instrument_table_unref (recorder->instruments);
  g_object_unref (recorder->clock);
  g_clear_error (&recorder->error);
  g_clear_pointer (&recorder->trail, pst_audit_trail_free);
  g_array_unref (recorder->audit_waiting);
  pst_expected_free (recorder->expected);
  g_free (recorder);
}

/**
 * pst_recorder_set_audit:
 * @recorder: a recorder that is not open
 * @level: what goes into the chain
 * @user_id: whose run
 * @run_id: its name
 *
 * Keeps an audit chain among the records. Without it, or with %PST_AUDIT_OFF, what components audit is dropped.
 */
void
pst_recorder_set_audit (PstRecorder *recorder, PstAuditLevel level, const char *user_id, const char *run_id)
{
  g_clear_pointer (&recorder->trail, pst_audit_trail_free);
  if (level != PST_AUDIT_OFF)
    recorder->trail = pst_audit_trail_new (level, user_id, run_id);
}

/**
 * pst_recorder_add_store:
 * @recorder: a recorder
 * @store: a store, after those that were added before
 */
void
pst_recorder_add_store (PstRecorder *recorder, PstStore *store)
{
  Sink sink = { g_object_ref (store), FALSE };

  g_array_append_val (recorder->sinks, sink);
}

/**
 * pst_recorder_add_service:
 * @recorder: a recorder
 * @service: a service; only those that listen to records cost anything
 */
void
pst_recorder_add_service (PstRecorder *recorder, PstService *service)
{
  if (PST_SERVICE_GET_CLASS (service)->on_record != NULL)
    g_ptr_array_add (recorder->services, g_object_ref (service));
}

/**
 * pst_recorder_set_listener:
 * @recorder: a recorder that is not open
 * @listener: (nullable): hears every record after stores and services
 * @user_data: for @listener
 *
 * Lets who hosts the run hear its records without being a component of it.
 */
void
pst_recorder_set_listener (PstRecorder *recorder, PstRecordListener listener, gpointer user_data)
{
  recorder->listener = listener;
  recorder->listener_data = user_data;
}

/**
 * pst_recorder_is_active:
 * @recorder: a recorder
 *
 * Returns: whether anyone gets the records; if not, there is no need to make them
 */
gboolean
pst_recorder_is_active (const PstRecorder *recorder)
{
  return recorder->sinks->len > 0 || recorder->services->len > 0 || recorder->listener != NULL;
}

static void
fail (PstRecorder *recorder, Sink *sink, const char *what, const GError *cause)
{
  sink->failed = TRUE;
  if (recorder->error != NULL)
    return;
  recorder->error
      = g_error_new (PST_RUN_ERROR, PST_RUN_ERROR_STORE, "store \"%s\" cannot %s: %s; trading is halted, for what cannot be recorded is not traded",
                     pst_component_get_name (PST_COMPONENT (sink->store)), what, cause != NULL ? cause->message : "it did not say why");
}

static void
deliver (PstRecorder *recorder, PstRecord *record)
{
  record->sequence = ++recorder->n_records;
  if (record->kind == PST_RECORD_AUDIT)
    pst_audit_trail_seal (recorder->trail, record);
  for (guint i = 0; i < recorder->sinks->len; i++)
    {
      Sink *sink = &g_array_index (recorder->sinks, Sink, i);
      g_autoptr (GError) cause = NULL;

      if (!sink->failed && !pst_store_append (sink->store, record, &cause))
        fail (recorder, sink, "append a record", cause);
    }
  for (guint i = 0; i < recorder->services->len; i++)
    pst_service_on_record (recorder->services->pdata[i], record);
  if (recorder->listener != NULL)
    recorder->listener (record, recorder->listener_data);
}

static void
deliver_event (PstRecorder *recorder, const PstRecord *fact)
{
  PstRecord event;

  pst_audit_trail_make_event (recorder->trail, fact, recorder->error != NULL, &event);
  deliver (recorder, &event);
}

/* The events of a tick's orders. */
static void
deliver_waiting (PstRecorder *recorder)
{
  for (guint i = 0; i < recorder->audit_waiting->len; i++)
    deliver_event (recorder, &g_array_index (recorder->audit_waiting, PstRecord, i));
  g_array_set_size (recorder->audit_waiting, 0);
}

static void
hand_out_audited (PstRecorder *recorder, PstRecord *record, PstAuditTurn turn)
{
  if (turn == PST_AUDIT_BEFORE)
    {
      deliver_waiting (recorder);
      deliver_event (recorder, record);
      deliver (recorder, record);
      return;
    }
  deliver (recorder, record);
  g_array_append_vals (recorder->audit_waiting, record, 1);
  if (turn == PST_AUDIT_AFTER || recorder->audit_waiting->len >= PST_AUDIT_WAITING_MAX)
    deliver_waiting (recorder);
}

/* Orders that timers gave between two ticks belong before the second, whose records have its time. */
static void
catch_up (PstRecorder *recorder, const PstRecord *record)
{
  if (G_UNLIKELY (recorder->audit_waiting->len > 0) && g_array_index (recorder->audit_waiting, PstRecord, 0).time_ns < record->time_ns)
    deliver_waiting (recorder);
}

static void
hand_out (PstRecorder *recorder, PstRecord *record)
{
  PstAuditTurn turn = recorder->trail != NULL ? pst_audit_trail_weigh (recorder->trail, record) : PST_AUDIT_NEVER;

  catch_up (recorder, record);
  if (G_UNLIKELY (turn != PST_AUDIT_NEVER))
    hand_out_audited (recorder, record, turn);
  else if (G_LIKELY (record->kind != PST_RECORD_AUDIT))
    deliver (recorder, record);
  else if (recorder->trail != NULL)
    {
      deliver_waiting (recorder);
      deliver (recorder, record);
    }
}

static void
hand_out_instruments (PstRecorder *recorder)
{
  while (recorder->n_instruments < pst_instrument_table_get_size (recorder->instruments))
    {
      guint index = recorder->n_instruments++;
      const PstInstrument *instrument = pst_instrument_table_get (recorder->instruments, index);
      PstRecord record = { .time_ns = pst_clock_now_ns (recorder->clock), .kind = PST_RECORD_INSTRUMENT };

      record.instrument.index = index;
      record.instrument.price_scale = instrument->price_scale;
      record.instrument.size_scale = instrument->size_scale;
      record.instrument.settlement = instrument->settlement;
      record.instrument.base = instrument->base;
      record.instrument.quote = instrument->quote;
      g_strlcpy (record.instrument.id, instrument->id, sizeof record.instrument.id);
      hand_out (recorder, &record);
    }
}

static void
wait_turn (PstRecorder *recorder, const PstRecord *record)
{
  if (g_queue_get_length (&recorder->waiting) < PST_RECORDS_WAITING_MAX)
    {
      g_queue_push_tail (&recorder->waiting, pst_record_copy (record));
      return;
    }
  if (recorder->error == NULL)
    recorder->error
        = g_error_new (PST_RUN_ERROR, PST_RUN_ERROR_COMPONENT,
                       "more than %u records wait for their turn; a store or service answers records with records", PST_RECORDS_WAITING_MAX);
}

/* Hands out what waits. The number that one call hands out is bounded too: a service that answers every record would never end. */
static void
drain (PstRecorder *recorder)
{
  for (guint n = 0; recorder->released && recorder->waiting.length > 0; n++)
    {
      g_autoptr (PstRecord) record = g_queue_pop_head (&recorder->waiting);

      if (n == PST_RECORDS_WAITING_MAX)
        {
          g_queue_clear_full (&recorder->waiting, (GDestroyNotify)pst_record_free);
          if (recorder->error == NULL)
            recorder->error = g_error_new (PST_RUN_ERROR, PST_RUN_ERROR_COMPONENT,
                                           "a store or service answers records with records without end (%u in a row)", PST_RECORDS_WAITING_MAX);
          return;
        }
      hand_out_instruments (recorder);
      hand_out (recorder, record);
    }
}

/**
 * pst_recorder_open:
 * @recorder: a recorder
 *
 * From now on records are handed out. What components said before waits for pst_recorder_release(), so that the run's own first records
 * come first.
 */
void
pst_recorder_open (PstRecorder *recorder)
{
  recorder->phase = PHASE_OPEN;
}

/**
 * pst_recorder_release:
 * @recorder: an open recorder
 *
 * Hands out what components said before the run was recorded.
 */
void
pst_recorder_release (PstRecorder *recorder)
{
  /* The run's time was not known when they were made. */
  for (GList *link = recorder->waiting.head; link != NULL; link = link->next)
    ((PstRecord *)link->data)->time_ns = pst_clock_now_ns (recorder->clock);
  recorder->released = TRUE;
  recorder->busy = TRUE;
  drain (recorder);
  recorder->busy = FALSE;
}

/* An event stands behind its fact. Facts that were never to be told (another level of auditing then) stand before one that was, and what a component
 * told of its own accord comes when nothing waits. */
static void
forget_told (PstRecorder *recorder, const PstRecord *told)
{
  for (guint i = 0; i < recorder->audit_waiting->len; i++)
    {
      PstRecord event;

      pst_audit_trail_make_event (recorder->trail, &g_array_index (recorder->audit_waiting, PstRecord, i), FALSE, &event);
      if (event.audit.order_id == told->audit.order_id && strcmp (event.audit.action, told->audit.action) == 0)
        {
          g_array_remove_range (recorder->audit_waiting, 0, i + 1);
          return;
        }
    }
  g_array_set_size (recorder->audit_waiting, 0);
}

/**
 * pst_recorder_restore:
 * @recorder: a recorder that is not open
 * @record: a record of the part of the run before
 *
 * Goes on behind it: with its number, its instruments, its audit chain, and the facts whose audit events were not told any more.
 */
void
pst_recorder_restore (PstRecorder *recorder, const PstRecord *record)
{
  PstAuditTurn turn;

  recorder->n_records = record->sequence;
  if (record->kind == PST_RECORD_INSTRUMENT)
    recorder->n_instruments = MAX (recorder->n_instruments, record->instrument.index + 1);
  if (recorder->trail == NULL)
    return;
  if (record->kind == PST_RECORD_AUDIT)
    {
      forget_told (recorder, record);
      pst_audit_trail_restore (recorder->trail, record);
      return;
    }
  turn = pst_audit_trail_weigh (recorder->trail, record);
  if (turn != PST_AUDIT_WAIT && turn != PST_AUDIT_AFTER)
    return;
  /* So many wait only where they were not to be told at all. */
  if (recorder->audit_waiting->len >= PST_AUDIT_WAITING_MAX)
    g_array_set_size (recorder->audit_waiting, 0);
  g_array_append_vals (recorder->audit_waiting, record, 1);
}

/**
 * pst_recorder_set_quiet:
 * @recorder: a recorder that is not open
 * @quiet: whether it drops what it is told
 *
 * Components that are shown the past again say again what they said then.
 */
void
pst_recorder_set_quiet (PstRecorder *recorder, gboolean quiet)
{
  recorder->quiet = quiet;
}

/**
 * pst_recorder_expect:
 * @recorder: a recorder
 * @expected: (transfer full) (nullable): the records of a tick that is done again; %NULL: all have come that will come
 *
 * What stands in the journal is not recorded again. Where the journal has something else nothing is recorded at all.
 */
void
pst_recorder_expect (PstRecorder *recorder, PstExpected *expected)
{
  pst_expected_free (recorder->expected);
  recorder->expected = expected;
}

/**
 * pst_recorder_peek:
 * @recorder: a recorder
 *
 * Returns: (transfer none) (nullable): the next record of orders, money or the trading state that is expected
 */
const PstRecord *
pst_recorder_peek (const PstRecorder *recorder)
{
  return recorder->expected != NULL && !recorder->diverged ? pst_expected_peek (recorder->expected) : NULL;
}

/**
 * pst_recorder_skip:
 * @recorder: a recorder
 *
 * Does not wait for that record.
 */
void
pst_recorder_skip (PstRecorder *recorder)
{
  if (recorder->expected != NULL)
    pst_expected_skip (recorder->expected);
}

/**
 * pst_recorder_set_news:
 * @recorder: a recorder that is not open
 * @news: (nullable): called once, before the first record that is not expected, when no fact is expected any more
 * @user_data: for @news
 *
 * Until then what components say waits.
 */
void
pst_recorder_set_news (PstRecorder *recorder, PstRecorderNews news, gpointer user_data)
{
  recorder->news = news;
  recorder->news_data = user_data;
}

/**
 * pst_recorder_has_diverged:
 * @recorder: a recorder
 *
 * Returns: whether the run did something else than its journal says that it did
 */
gboolean
pst_recorder_has_diverged (const PstRecorder *recorder)
{
  return recorder->diverged;
}

static const char *
name_fact (PstRecordKind kind)
{
  static const char *const names[] = {
    [PST_RECORD_INTENT] = "INTENT", [PST_RECORD_VERDICT] = "VERDICT",   [PST_RECORD_ORDER] = "ORDER", [PST_RECORD_REPORT] = "REPORT",
    [PST_RECORD_FILL] = "FILL",     [PST_RECORD_POSITION] = "POSITION", [PST_RECORD_TICK] = "TICK",   [PST_RECORD_TRADING_STATE] = "TRADING_STATE"
  };

  return (guint)kind < G_N_ELEMENTS (names) && names[kind] != NULL ? names[kind] : "other";
}

static void
diverge (PstRecorder *recorder, const PstRecord *record)
{
  const PstRecord *then = pst_expected_peek (recorder->expected);
  guint64 sequence = then != NULL ? then->sequence : recorder->n_records + 1;

  recorder->diverged = TRUE;
  if (recorder->error == NULL)
    recorder->error
        = g_error_new (PST_RUN_ERROR, PST_RUN_ERROR_STORE,
                       "the run does not do again what it did: record %" G_GUINT64_FORMAT
                       " of its journal is of kind %s, and what it comes to now, of kind %s, is not the same; its data, options or plugins "
                       "are not what they were",
                       sequence, then != NULL ? name_fact (then->kind) : "none", name_fact (record->kind));
}

/* Whether it is to be recorded. */
static gboolean
is_news (PstRecorder *recorder, const PstRecord *record)
{
  PstExpectation expectation = recorder->diverged ? PST_EXPECTED_DIVERGED : pst_expected_meet (recorder->expected, record);
  PstRecorderNews news = pst_expected_is_reached (recorder->expected, record->time_ns) ? recorder->news : NULL;

  /* Behind the tick's own records, at the end of the run, the journal's are only not doubled. */
  if (expectation == PST_EXPECTED_DIVERGED && recorder->phase == PHASE_EARLY && !recorder->diverged)
    diverge (recorder, record);
  if (expectation == PST_EXPECTED_MET || recorder->diverged)
    return FALSE;
  if (news != NULL && pst_expected_peek (recorder->expected) == NULL)
    {
      recorder->news = NULL;
      news (recorder->news_data);
    }
  return TRUE;
}

/**
 * pst_recorder_close:
 * @recorder: a recorder
 *
 * The run is over: what is appended from now on is dropped.
 */
void
pst_recorder_close (PstRecorder *recorder)
{
  recorder->phase = PHASE_CLOSED;
}

/**
 * pst_recorder_append:
 * @recorder: a recorder
 * @record: what happened; its number and time are filled in
 *
 * New instruments get their records first. Failures are kept: see pst_recorder_get_error().
 */
void
pst_recorder_append (PstRecorder *recorder, PstRecord *record)
{
  if (!pst_recorder_is_active (recorder) || recorder->phase == PHASE_CLOSED || recorder->quiet)
    return;
  record->time_ns = pst_clock_now_ns (recorder->clock);
  if (G_UNLIKELY (recorder->expected != NULL) && recorder->phase == PHASE_OPEN && pst_expected_is_over (recorder->expected, record->time_ns))
    pst_recorder_expect (recorder, NULL);
  if (G_UNLIKELY (recorder->expected != NULL) && !is_news (recorder, record))
    return;
  if (recorder->busy || recorder->phase == PHASE_EARLY)
    {
      wait_turn (recorder, record);
      return;
    }
  recorder->busy = TRUE;
  if (recorder->released)
    hand_out_instruments (recorder);
  hand_out (recorder, record);
  drain (recorder);
  recorder->busy = FALSE;
}

/**
 * pst_recorder_append_instruments:
 * @recorder: an open recorder
 *
 * Records the instruments that have no record yet. Done by itself before each record once released; at a run's start they have their place
 * after the components.
 */
void
pst_recorder_append_instruments (PstRecorder *recorder)
{
  if (!pst_recorder_is_active (recorder))
    return;
  recorder->busy = TRUE;
  hand_out_instruments (recorder);
  recorder->busy = FALSE;
}

/**
 * pst_recorder_commit:
 * @recorder: a recorder
 * @why: to what degree the records must be safe
 *
 * Failures are kept: see pst_recorder_get_error().
 */
void
pst_recorder_commit (PstRecorder *recorder, PstCommit why)
{
  static const char *const what[] = { "commit intents", "commit a tick", "commit the end of the run" };

  if (recorder->phase == PHASE_EARLY)
    return;
  if (why != PST_COMMIT_INTENT && recorder->audit_waiting->len > 0)
    {
      recorder->busy = TRUE;
      deliver_waiting (recorder);
      drain (recorder);
      recorder->busy = FALSE;
    }
  for (guint i = 0; i < recorder->sinks->len; i++)
    {
      Sink *sink = &g_array_index (recorder->sinks, Sink, i);
      g_autoptr (GError) cause = NULL;

      if (!sink->failed && !pst_store_commit (sink->store, why, &cause))
        fail (recorder, sink, what[why], cause);
    }
}

/**
 * pst_recorder_note:
 * @recorder: a recorder
 * @component: index of the component, or %G_MAXUINT32 for the engine itself
 * @name: UPPER_CASE_WORDS
 * @format: printf format of "key=value key=value"; cut where it is too long
 *
 * Appends a NOTE.
 */
void
pst_recorder_note (PstRecorder *recorder, guint32 component, const char *name, const char *format, ...)
{
  PstRecord record = { .kind = PST_RECORD_NOTE };
  char detail[PST_TEXT_SIZE];
  va_list arguments;

  if (!pst_recorder_is_active (recorder))
    return;
  record.note.component = component;
  pst_copy_text (record.note.name, sizeof record.note.name, name);
  va_start (arguments, format);
  g_vsnprintf (detail, sizeof detail, format, arguments);
  va_end (arguments);
  pst_copy_text (record.note.detail, sizeof record.note.detail, detail);
  pst_recorder_append (recorder, &record);
}

/**
 * pst_recorder_get_error:
 * @recorder: a recorder
 *
 * Returns: (transfer none) (nullable): %PST_RUN_ERROR_STORE naming the first store that failed; the run must halt and end in ERROR
 */
const GError *
pst_recorder_get_error (const PstRecorder *recorder)
{
  return recorder->error;
}

/**
 * pst_recorder_get_n_records:
 * @recorder: a recorder
 *
 * Returns: how many records were handed out; 0 when nobody gets them
 */
guint64
pst_recorder_get_n_records (const PstRecorder *recorder)
{
  return recorder->n_records;
}
