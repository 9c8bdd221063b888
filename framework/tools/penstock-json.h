/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The little that the verbs' --json needs over json-glib: money and other numbers that must stay exact are strings. */
#pragma once

#include <json-glib/json-glib.h>
#include <penstock.h>

G_BEGIN_DECLS

/* A NULL text becomes null. */
void penstock_json_add_string (JsonBuilder *json, const char *name, const char *text);
void penstock_json_add_integer (JsonBuilder *json, const char *name, gint64 value);
/* NaN and infinities become null. */
void penstock_json_add_double (JsonBuilder *json, const char *name, double value);
void penstock_json_add_boolean (JsonBuilder *json, const char *name, gboolean value);
void penstock_json_add_money (JsonBuilder *json, const char *name, const PstMoney *money);
void penstock_json_add_time (JsonBuilder *json, const char *name, gint64 time_ns);
/* For what is written line by line: the text in quotes. */
void penstock_json_append_string (GString *json, const char *text);
/* Pretty, with a newline, to standard output. */
void penstock_json_print (JsonBuilder *json);

G_END_DECLS
