/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Options are GObject properties whose GParamSpec carries PST_OPTION. Range, default and blurb stand there once; the key
 * file, --set, inspect, D-Bus and the docs all show the same. */
#pragma once

#include "../model/pst-money.h"

G_BEGIN_DECLS

/* Flags of an option's GParamSpec: G_PARAM_READWRITE | PST_OPTION [| PST_OPTION_REQUIRED | ...]. */
#define PST_OPTION ((GParamFlags)(1 << (G_PARAM_USER_SHIFT + 0)))
#define PST_OPTION_REQUIRED ((GParamFlags)(1 << (G_PARAM_USER_SHIFT + 1)))
#define PST_OPTION_SECRET ((GParamFlags)(1 << (G_PARAM_USER_SHIFT + 2))) /* never shown, redacted in logs */
#define PST_OPTION_LIVE ((GParamFlags)(1 << (G_PARAM_USER_SHIFT + 3)))   /* may change while running */
#define PST_OPTION_PATH ((GParamFlags)(1 << (G_PARAM_USER_SHIFT + 4)))   /* a file: relative to the pipeline file's folder */
#define PST_OPTION_RATE ((GParamFlags)(1 << (G_PARAM_USER_SHIFT + 5)))   /* decimal shown as fraction of one */
#define PST_OPTION_READWRITE ((GParamFlags)(G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS | PST_OPTION))

/* A decimal option: the property's value is a boxed PstDecimal; without a default it is NULL until it is set. */
#define PST_TYPE_PARAM_DECIMAL (pst_param_decimal_get_type ())
typedef struct
{
  GParamSpec parent_instance;
  PstDecimal minimum, maximum, default_value;
  gboolean has_default;
} PstParamSpecDecimal;
PST_API GType pst_param_decimal_get_type (void);
/* minimum, maximum and default (NULL: none) as decimal text ("0", "0.5"); a programmer's error when malformed. */
PST_API GParamSpec *pst_param_spec_decimal (const char *name, const char *nick, const char *blurb, const char *minimum, const char *maximum,
                                            const char *default_value, GParamFlags flags);

/* A money option: the property's value is a boxed PstMoney, NULL when not set. */
#define PST_TYPE_PARAM_MONEY (pst_param_money_get_type ())
typedef struct
{
  GParamSpec parent_instance;
  gboolean positive; /* only amounts above zero */
} PstParamSpecMoney;
PST_API GType pst_param_money_get_type (void);
PST_API GParamSpec *pst_param_spec_money (const char *name, const char *nick, const char *blurb, gboolean positive, GParamFlags flags);

/* A duration option, "5s" or "250ms": the property's value is gint64 nanoseconds; minimum and maximum in the same text. */
#define PST_TYPE_PARAM_DURATION (pst_param_duration_get_type ())
typedef struct
{
  GParamSpec parent_instance;
  gint64 minimum, maximum, default_value;
} PstParamSpecDuration;
PST_API GType pst_param_duration_get_type (void);
PST_API GParamSpec *pst_param_spec_duration (const char *name, const char *nick, const char *blurb, const char *minimum, const char *maximum,
                                             const char *default_value, GParamFlags flags);

/* Understood types: boolean (true|false|yes|no|on|off), (u)int, (u)int64, double, string, enum (by nick), GStrv (semicolons or commas),
 * decimal, money, duration. Every text is checked in full: "12x" is not 12. */
PST_API gboolean pst_option_parse (GParamSpec *pspec, const char *text, GValue *value, GError **error);
PST_API char *pst_option_to_string (GParamSpec *pspec, const GValue *value);
/* "integer from 1 to 10000", "one of gtc, ioc, fok", ... */
PST_API char *pst_option_describe_allowed (GParamSpec *pspec);
PST_API char *pst_option_describe_default (GParamSpec *pspec);
/* (transfer container) (array length=n_options): the options of a component type, base class first. */
PST_API GParamSpec **pst_option_list (GType component_type, guint *n_options);
/* The period of the options "from" and "to", whose texts may be NULL or empty: all time before, all time after. */
PST_API gboolean pst_option_parse_period (const char *from, const char *to, gint64 *from_ns, gint64 *to_ns, GError **error);
/* The nearest of @names to @name by edit distance, or NULL when none is near. For "did you mean". */
PST_API const char *pst_nearest_name (const char *name, const char *const *names);

G_END_DECLS
