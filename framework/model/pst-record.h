/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What is written down. A run tells its whole story as one stream of records; every store gets the same stream, so
 * that a ledger can be rebuilt from a journal. Values only, no pointers but interned currencies. */
#pragma once

#include "pst-opportunity.h"
#include "pst-position.h"
#include "pst-verdict.h"

G_BEGIN_DECLS

#define PST_NAME_SIZE 64
#define PST_TEXT_SIZE 256

typedef enum /*< prefix=PST_MODE >*/
{
  PST_MODE_BACKTEST = 1,
  PST_MODE_PAPER,
  PST_MODE_LIVE,
} PstMode;

typedef enum /*< prefix=PST_RUN_STATE >*/
{
  PST_RUN_STATE_CREATED = 1,
  PST_RUN_STATE_RUNNING,
  PST_RUN_STATE_STOPPED,
  PST_RUN_STATE_ERROR,
} PstRunState;

typedef enum /*< prefix=PST_TRADING_STATE >*/
{
  PST_TRADING_STATE_ACTIVE = 1,
  PST_TRADING_STATE_REDUCING,
  PST_TRADING_STATE_HALTED,
} PstTradingState;

typedef enum /*< prefix=PST_COMPONENT_KIND >*/
{
  PST_COMPONENT_KIND_EXCHANGE = 1,
  PST_COMPONENT_KIND_STRATEGY,
  PST_COMPONENT_KIND_GUARD,
  PST_COMPONENT_KIND_STORE,
  PST_COMPONENT_KIND_SERVICE,
} PstComponentKind;

typedef enum /*< prefix=PST_SEVERITY >*/
{
  PST_SEVERITY_INFO = 1,
  PST_SEVERITY_WARNING,
  PST_SEVERITY_ERROR,
  PST_SEVERITY_CRITICAL,
} PstSeverity;

/**
 * PstRecordKind:
 * @PST_RECORD_RUN: the run's state changed (first record of a run: CREATED)
 * @PST_RECORD_COMPONENT: a component of the run and its index
 * @PST_RECORD_INSTRUMENT: an instrument of the run and its index
 * @PST_RECORD_CASH: a balance moved without a fill: the initial deposit
 * @PST_RECORD_INTENT: an order that was asked for, before anything is sent
 * @PST_RECORD_VERDICT: a guard denied an order
 * @PST_RECORD_ORDER: an order's state after a change
 * @PST_RECORD_REPORT: an execution report as it came
 * @PST_RECORD_FILL: a fill as it was applied
 * @PST_RECORD_POSITION: a position after a fill
 * @PST_RECORD_TICK: cash, mark-to-market and equity when the logical time was over
 * @PST_RECORD_TRADING_STATE: the trading state changed
 * @PST_RECORD_ALERT: an alert was raised
 * @PST_RECORD_NOTE: a component's own fact
 * @PST_RECORD_OPPORTUNITY: a strategy found a cycle that pays
 * @PST_RECORD_SNAPSHOT: the levels nearest to the touch of a book that is LIVE
 * @PST_RECORD_AUDIT: who did what, when and why; each carries the hash of the one before
 * @PST_RECORD_STATE: one thing that the run or a component would need to go on after a restart
 *
 * Which member of the record's union holds.
 */
typedef enum /*< prefix=PST_RECORD >*/
{
  PST_RECORD_RUN = 1,
  PST_RECORD_COMPONENT,
  PST_RECORD_INSTRUMENT,
  PST_RECORD_CASH,
  PST_RECORD_INTENT,
  PST_RECORD_VERDICT,
  PST_RECORD_ORDER,
  PST_RECORD_REPORT,
  PST_RECORD_FILL,
  PST_RECORD_POSITION,
  PST_RECORD_TICK,
  PST_RECORD_TRADING_STATE,
  PST_RECORD_ALERT,
  PST_RECORD_NOTE,
  PST_RECORD_OPPORTUNITY,
  PST_RECORD_SNAPSHOT,
  PST_RECORD_AUDIT,
  PST_RECORD_STATE,
} PstRecordKind;

#define PST_RECORD_LAST PST_RECORD_STATE

typedef struct
{
  PstRunState state;
  PstMode mode;
  guint64 seed;
  const PstCurrency *currency; /* base currency of equity */
  char user_id[PST_NAME_SIZE];
  char run_id[PST_NAME_SIZE];
  char pipeline[PST_NAME_SIZE];
  char reason[PST_REASON_SIZE]; /* why it ended */
} PstRunRecord;

typedef struct
{
  guint32 index;
  PstComponentKind kind;
  char name[PST_NAME_SIZE];
  char plugin[PST_NAME_SIZE];
} PstComponentRecord;

typedef struct
{
  guint32 index;
  guint8 price_scale, size_scale;
  PstSettlement settlement;
  const PstCurrency *base; /* nullable */
  const PstCurrency *quote;
  char id[PST_NAME_SIZE];
} PstInstrumentRecord;

typedef struct
{
  guint32 exchange;
  const PstCurrency *currency;
  gint64 amount;
  char reason[PST_REASON_SIZE];
} PstCashRecord;

typedef struct
{
  guint64 order_id;
  guint32 component; /* the guard; G_MAXUINT32 when the gate itself */
  PstVerdict verdict;
} PstVerdictRecord;

/**
 * PstTickRecord:
 * @tick: number of the tick in the run, from 1
 * @currency: the base currency
 * @cash: in the base currency
 * @mark_to_market: positions and other assets at their marks, in the base currency
 * @equity: cash plus mark to market
 * @n_unpriced: how many holdings had no price and are left out of @mark_to_market
 * @realised_profit: since the run's start
 * @fees: since the run's start
 *
 * The books at the end of one logical time.
 */
typedef struct
{
  guint64 tick;
  const PstCurrency *currency;
  gint64 cash;
  gint64 mark_to_market;
  gint64 equity;
  guint32 n_unpriced;
  guint32 reserved;
  gint64 realised_profit;
  gint64 fees;
} PstTickRecord;

typedef struct
{
  PstTradingState from, to;
  guint32 component; /* who asked; G_MAXUINT32: the operator */
  char reason[PST_REASON_SIZE];
} PstTradingStateRecord;

typedef struct
{
  PstSeverity severity;
  guint32 component;
  char category[PST_NAME_SIZE];
  char title[PST_REASON_SIZE];
  char message[PST_TEXT_SIZE];
} PstAlertRecord;

typedef struct
{
  guint32 component;
  char name[PST_NAME_SIZE]; /* UPPER_CASE_WORDS */
  char detail[PST_TEXT_SIZE];
} PstNoteRecord;

/* Levels a side in a snapshot. */
#define PST_SNAPSHOT_LEVELS_MAX 10

/**
 * PstSnapshotCause:
 * @PST_SNAPSHOT_INTERVAL: the interval between two was over
 * @PST_SNAPSHOT_OPPORTUNITY: a strategy found an opportunity in this book
 *
 * Why a snapshot was taken.
 */
typedef enum /*< prefix=PST_SNAPSHOT >*/
{
  PST_SNAPSHOT_INTERVAL = 1,
  PST_SNAPSHOT_OPPORTUNITY,
} PstSnapshotCause;

typedef struct
{
  gint64 price, size; /* at the instrument's scales */
} PstSnapshotLevel;

/**
 * PstSnapshotRecord:
 * @instrument: whose book
 * @cause: why now
 * @number: of the snapshots of this instrument in the run, from 1
 * @n_bids: how many of @bids hold
 * @n_asks: how many of @asks hold
 * @bids: the best first
 * @asks: the best first
 *
 * The top of a book that was LIVE and had changed since the snapshot before.
 */
typedef struct
{
  guint32 instrument;
  PstSnapshotCause cause;
  guint64 number;
  guint8 n_bids, n_asks;
  PstSnapshotLevel bids[PST_SNAPSHOT_LEVELS_MAX];
  PstSnapshotLevel asks[PST_SNAPSHOT_LEVELS_MAX];
} PstSnapshotRecord;

/* SHA-256 */
#define PST_AUDIT_HASH_SIZE 32
#define PST_AUDIT_ACTION_SIZE 48
#define PST_AUDIT_WHY_SIZE 128
#define PST_AUDIT_BEFORE_SIZE 64
#define PST_AUDIT_AFTER_SIZE 96

/**
 * PstAuditActor:
 * @PST_AUDIT_ACTOR_SYSTEM: the host itself
 * @PST_AUDIT_ACTOR_OPERATOR: a person, by the run's user
 * @PST_AUDIT_ACTOR_COMPONENT: a component of the run
 *
 * Who acted.
 */
typedef enum /*< prefix=PST_AUDIT_ACTOR >*/
{
  PST_AUDIT_ACTOR_SYSTEM = 1,
  PST_AUDIT_ACTOR_OPERATOR,
  PST_AUDIT_ACTOR_COMPONENT,
} PstAuditActor;

/**
 * PstAuditRecord:
 * @number: in the run's chain, from 1, without gaps
 * @order_id: the order that it is about; 0 for none
 * @actor_kind: who acted
 * @component: index of the component; G_MAXUINT32 for others
 * @actor: name of the component or the user; empty for the host itself
 * @action: UPPER_CASE_WORDS
 * @why: the reason that was given
 * @before: what was; empty where nothing was
 * @after: what is now
 * @previous: hash of the record before; of the first, pst_audit_genesis()
 * @hash: pst_audit_hash() of this record
 *
 * One link of the run's audit chain.
 */
typedef struct
{
  guint64 number;
  guint64 order_id;
  PstAuditActor actor_kind;
  guint32 component;
  char actor[PST_NAME_SIZE];
  char action[PST_AUDIT_ACTION_SIZE];
  char why[PST_AUDIT_WHY_SIZE];
  char before[PST_AUDIT_BEFORE_SIZE];
  char after[PST_AUDIT_AFTER_SIZE];
  guint8 previous[PST_AUDIT_HASH_SIZE];
  guint8 hash[PST_AUDIT_HASH_SIZE];
} PstAuditRecord;

/**
 * PstStateRecord:
 * @number: of the state snapshot that it belongs to, from 1 in each run
 * @component: who remembers it; G_MAXUINT32: the run itself
 * @key: what
 * @value: as text, canonical
 *
 * One thing of a snapshot of the runtime state: the trading state with its reason, a counter, what a guard remembers.
 */
typedef struct
{
  guint64 number;
  guint32 component;
  char key[PST_NAME_SIZE];
  char value[PST_TEXT_SIZE];
} PstStateRecord;

#define PST_TYPE_RECORD (pst_record_get_type ())

/**
 * PstRecord:
 * @sequence: number in the run, from 1, without gaps
 * @time_ns: the run's logical time
 * @kind: which union member holds
 *
 * One line of a run's story.
 */
typedef struct
{
  guint64 sequence;
  gint64 time_ns;
  PstRecordKind kind;
  union
  {
    PstRunRecord run;
    PstComponentRecord component;
    PstInstrumentRecord instrument;
    PstCashRecord cash;
    PstOrder order; /* INTENT and ORDER */
    PstVerdictRecord verdict;
    PstExecutionReport report;
    PstFill fill;
    PstPosition position;
    PstTickRecord tick;
    PstTradingStateRecord trading_state;
    PstAlertRecord alert;
    PstNoteRecord note;
    PstOpportunity opportunity;
    PstSnapshotRecord snapshot;
    PstAuditRecord audit;
    PstStateRecord state;
  };
} PstRecord;

PST_API GType pst_record_get_type (void);
PST_API PstRecord *pst_record_copy (const PstRecord *record);
PST_API void pst_record_free (PstRecord *record);
/* Appends the record's bytes: little-endian, field by field, strings with a length: the same on every machine. */
PST_API void pst_record_encode (const PstRecord *record, GByteArray *bytes);
/* Reads exactly @length bytes; PST_STORE_ERROR_CORRUPT for anything that encode could not have written, PST_STORE_ERROR_VERSION when a
 * currency has another scale there than in this process. */
PST_API gboolean pst_record_decode (const guint8 *bytes, gsize length, PstRecord *record, GError **error);
/* One JSON object, keys in fixed order, money as decimal strings. Prices and sizes need their instrument's scales: see _scaled. For dumps. */
PST_API void pst_record_to_json (const PstRecord *record, GString *json);
/* With the instrument that the record is about: prices, sizes and notionals as decimal strings. Without (NULL): the same keys with
 * "_mantissa" behind them and the integer as a string. */
PST_API void pst_record_to_json_scaled (const PstRecord *record, const PstInstrumentRecord *instrument, GString *json);
/* Index of the instrument that an INTENT, ORDER, FILL, POSITION or SNAPSHOT is about; PST_INSTRUMENT_NONE for others (a REPORT names only its order).
 */
PST_API guint32 pst_record_get_instrument (const PstRecord *record);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PstRecord, pst_record_free)

G_END_DECLS
