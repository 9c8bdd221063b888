/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Small components for the engine's tests: a scripted feed, a broker, a strategy, a guard, a store in memory and a service, whose behaviour
 * a test sets by hooks. */
#pragma once

#include "pst-run.h"

G_BEGIN_DECLS

#define DAY (PST_NS_PER_DAY)
#define T0 (G_GINT64_CONSTANT (1420070400) * PST_NS_PER_SECOND) /* 2015-01-01 */

#define FAKE_TYPE_FEED (fake_feed_get_type ())
G_DECLARE_FINAL_TYPE (FakeFeed, fake_feed, FAKE, FEED, PstExchange)
#define FAKE_TYPE_BROKER (fake_broker_get_type ())
G_DECLARE_FINAL_TYPE (FakeBroker, fake_broker, FAKE, BROKER, PstExchange)
#define FAKE_TYPE_STRATEGY (fake_strategy_get_type ())
G_DECLARE_FINAL_TYPE (FakeStrategy, fake_strategy, FAKE, STRATEGY, PstStrategy)
#define FAKE_TYPE_GUARD (fake_guard_get_type ())
G_DECLARE_FINAL_TYPE (FakeGuard, fake_guard, FAKE, GUARD, PstGuard)
#define FAKE_TYPE_SERVICE (fake_service_get_type ())
G_DECLARE_FINAL_TYPE (FakeService, fake_service, FAKE, SERVICE, PstService)

/* A store, and one that can be read back: the same memory. */
typedef struct _FakeStore FakeStore;
#define FAKE_TYPE_STORE (fake_store_get_type ())
GType fake_store_get_type (void);
#define FAKE_TYPE_JOURNAL (fake_journal_get_type ())
GType fake_journal_get_type (void);

/* A feed that publishes what it is given; a broker that by default accepts and fills every order at once at the mark. */
struct _FakeFeed
{
  PstExchange parent_instance;

  PstFrameBuffer *buffer;
  GPtrArray *instruments; /* PstInstrument to add in prepare() */
  GArray *events;         /* PstEvent; equal receive times make a frame */
  guint next;
  guint frames_per_block;
  guint fail_at_pull; /* 0: never */
  guint n_pulls;
  gboolean fail_start;
  gboolean live; /* nothing is pulled: the test publishes */
  void (*on_start) (FakeFeed *feed);
  void (*on_pull) (FakeFeed *feed);
  gpointer data;
};

struct _FakeBroker
{
  PstExchange parent_instance;

  char *feed;
  char *cash;        /* money, separated by ';' */
  gint64 latency_ns; /* above 0: outcomes come by timer */
  guint n_executions;
  guint n_restored; /* fills taken back */
  gint64 fee;       /* of every fill, in the quote's or the fee's currency */
  const PstCurrency *fee_currency;
  gboolean rests; /* orders are accepted, not filled */
  gboolean mute;  /* cancels are never confirmed */
  gboolean (*on_submit) (FakeBroker *broker, const PstOrder *order, GError **error);
  gboolean (*on_cancel) (FakeBroker *broker, const PstOrder *order, GError **error);
  gboolean (*on_modify) (FakeBroker *broker, const PstOrder *order, gint64 quantity, gint64 limit_price, gint64 stop_price, GError **error);
  gboolean (*on_observe) (FakeBroker *broker, const PstFrame *frame, GError **error);
  gpointer data;
};

struct _FakeStrategy
{
  PstStrategy parent_instance;

  guint n_frames;
  guint64 last_order;
  GArray *orders; /* PstOrder as told */
  GArray *kinds;  /* guint of the reports, 0 for a denial */
  gboolean (*on_start) (FakeStrategy *strategy, GError **error);
  void (*on_frame) (FakeStrategy *strategy, const PstFrame *frame);
  void (*on_order) (FakeStrategy *strategy, const PstOrder *order, const PstExecutionReport *report);
  gpointer data;
};

struct _FakeGuard
{
  PstGuard parent_instance;

  guint n_reviews, n_frames, n_orders, n_fills;
  guint n_sent;   /* told as sent, not as changed by a report */
  PstReview last; /* pointers in it are stale */
  guint n_connections;
  char *engaged; /* the reason of the last engage */
  guint cap;     /* option, may be changed while running; at most the other */
  guint ceiling; /* option */
  void (*on_review) (FakeGuard *guard, const PstReview *review, PstVerdict *verdict);
  gpointer data;
};

struct _FakeStore
{
  PstStore parent_instance;

  GArray *records; /* PstRecord */
  GByteArray *bytes;
  GArray *commits; /* guint: number of records so far * 4 + why */
  guint n_appends, n_commits;
  guint fail_append_at; /* 0: never */
  guint fail_commit_at;
  gboolean has_run;
  gboolean fail_has_run;
};

struct _FakeService
{
  PstService parent_instance;

  guint n_records;
  void (*on_record) (FakeService *service, const PstRecord *record);
  gpointer data;
};

/* How many records of the kind the store has. */
guint fake_store_count (const FakeStore *store, PstRecordKind kind);
/* The n-th record of the kind, from 0; fails the test beyond. */
const PstRecord *fake_store_get (const FakeStore *store, PstRecordKind kind, guint n);
/* Gives it the first records of another, as if it had kept them when the process was killed. */
void fake_store_take (FakeStore *store, const FakeStore *from, guint n_records);
/* Whether a note of that name was recorded. */
gboolean fake_store_has_note (const FakeStore *store, const char *name);

/* Shares with two decimals of price and whole sizes, quoted in @quote. */
PstInstrument *fake_shares (const char *symbol, const char *quote);
/* Delivered, two decimals of price, eight of size. */
PstInstrument *fake_coins (const char *base, const char *quote);
void fake_feed_add_bar (FakeFeed *feed, guint32 instrument, gint64 time_ns, gint64 close);
/* Publishes up to a block of what was added and not published yet. */
PstFeedStatus fake_feed_publish (FakeFeed *feed, GError **error);
void fake_broker_fill (FakeBroker *broker, const PstOrder *order, gint64 price, gint64 quantity);
void fake_broker_tell (FakeBroker *broker, guint64 order_id, PstReportKind kind);

/**
 * Fake:
 *
 * A run with a feed, a broker on it, one strategy, and on demand a guard and a store.
 */
typedef struct
{
  PstRun *run;
  FakeFeed *feed;
  FakeBroker *broker;
  FakeStrategy *strategy;
  FakeGuard *guard;
  FakeStore *store;
} Fake;

typedef enum
{
  FAKE_NONE = 0,
  FAKE_WITH_GUARD = 1 << 0,
  FAKE_WITH_STORE = 1 << 1,
  FAKE_WITH_JOURNAL = 1 << 2,
} FakeParts;

void fake_init (Fake *fake, const PstRunSettings *settings, FakeParts parts);
void fake_clear (Fake *fake);
PstRunSettings fake_settings (void);
/* Adds one more component. */
gpointer fake_add (Fake *fake, GType type, const char *name);
/* Daily bars of instrument 0 from T0 on, one for each close; ends at -1. */
void fake_add_closes (Fake *fake, const gint64 *closes);
void fake_run_ok (Fake *fake);
guint64 fake_submit (Fake *fake, PstSide side, PstOrderType type, gint64 quantity, gint64 limit_price, gint64 stop_price);
gint64 fake_money (const char *text);

G_END_DECLS
