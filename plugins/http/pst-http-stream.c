/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Filters around the input and output of a connection. All on the server's thread. */

#include "pst-http-stream.h"

#include <string.h>

struct _PstHttpStream
{
  GIOStream parent_instance;

  GIOStream *base;
  GSocket *socket;
  GInputStream *input;
  GOutputStream *output;
  char *address;
  char *counted;
  guint port;
  PstHttpStreamFunc closed;
  gpointer user_data;

  PstHttpPhase phase;
  gint64 deadline_us;
  guint64 budget;
  gboolean begun;
  gboolean cut;
  guint64 n_written;
  gint64 read_us;
  gint64 written_us;
};

G_DEFINE_FINAL_TYPE (PstHttpStream, pst_http_stream, G_TYPE_IO_STREAM)

/* Input */

#define PST_TYPE_HTTP_INPUT (pst_http_input_get_type ())
G_DECLARE_FINAL_TYPE (PstHttpInput, pst_http_input, PST, HTTP_INPUT, GFilterInputStream)

struct _PstHttpInput
{
  GFilterInputStream parent_instance;

  PstHttpStream *stream; /* weak: it owns this */
};

static GPollableInputStream *
get_pollable_input (GPollableInputStream *input)
{
  return G_POLLABLE_INPUT_STREAM (g_filter_input_stream_get_base_stream (G_FILTER_INPUT_STREAM (input)));
}

static gboolean
pst_http_input_can_poll (GPollableInputStream *input)
{
  return g_pollable_input_stream_can_poll (get_pollable_input (input));
}

static gboolean
pst_http_input_is_readable (GPollableInputStream *input)
{
  return g_pollable_input_stream_is_readable (get_pollable_input (input));
}

static GSource *
pst_http_input_create_source (GPollableInputStream *input, GCancellable *cancellable)
{
  g_autoptr (GSource) base = g_pollable_input_stream_create_source (get_pollable_input (input), NULL);

  return g_pollable_source_new_full (input, base, cancellable);
}

static gssize
pst_http_input_read_nonblocking (GPollableInputStream *pollable, void *buffer, gsize count, GError **error)
{
  PstHttpStream *stream = PST_HTTP_INPUT (pollable)->stream;
  gssize n;

  if (stream == NULL || stream->cut)
    return 0;
  n = g_pollable_input_stream_read_nonblocking (get_pollable_input (pollable), buffer, count, NULL, error);
  if (n <= 0)
    return n;
  stream->begun = TRUE;
  stream->read_us = g_get_monotonic_time ();
  if ((guint64)n <= stream->budget)
    {
      stream->budget -= (guint64)n;
      return n;
    }
  {
    g_autoptr (PstHttpAnswer) reply = pst_http_answer_new_problem (stream->phase == PST_HTTP_PHASE_BODY ? 413 : 431, "this is more than is taken");

    pst_http_stream_cut (stream, stream->phase == PST_HTTP_PHASE_EVENTS ? NULL : reply);
  }
  return 0;
}

static void
pst_http_input_pollable_init (GPollableInputStreamInterface *iface)
{
  iface->can_poll = pst_http_input_can_poll;
  iface->is_readable = pst_http_input_is_readable;
  iface->create_source = pst_http_input_create_source;
  iface->read_nonblocking = pst_http_input_read_nonblocking;
}

G_DEFINE_FINAL_TYPE_WITH_CODE (PstHttpInput, pst_http_input, G_TYPE_FILTER_INPUT_STREAM,
                               G_IMPLEMENT_INTERFACE (G_TYPE_POLLABLE_INPUT_STREAM, pst_http_input_pollable_init))

static void
pst_http_input_class_init (PstHttpInputClass *klass)
{
}

static void
pst_http_input_init (PstHttpInput *input)
{
}

/* Output */

#define PST_TYPE_HTTP_OUTPUT (pst_http_output_get_type ())
G_DECLARE_FINAL_TYPE (PstHttpOutput, pst_http_output, PST, HTTP_OUTPUT, GFilterOutputStream)

struct _PstHttpOutput
{
  GFilterOutputStream parent_instance;

  PstHttpStream *stream; /* weak: it owns this */
};

static GPollableOutputStream *
get_pollable_output (GPollableOutputStream *output)
{
  return G_POLLABLE_OUTPUT_STREAM (g_filter_output_stream_get_base_stream (G_FILTER_OUTPUT_STREAM (output)));
}

static gboolean
pst_http_output_can_poll (GPollableOutputStream *output)
{
  return g_pollable_output_stream_can_poll (get_pollable_output (output));
}

static gboolean
pst_http_output_is_writable (GPollableOutputStream *output)
{
  return g_pollable_output_stream_is_writable (get_pollable_output (output));
}

static GSource *
pst_http_output_create_source (GPollableOutputStream *output, GCancellable *cancellable)
{
  g_autoptr (GSource) base = g_pollable_output_stream_create_source (get_pollable_output (output), NULL);

  return g_pollable_source_new_full (output, base, cancellable);
}

static gssize
pst_http_output_write_nonblocking (GPollableOutputStream *pollable, const void *buffer, gsize count, GError **error)
{
  PstHttpStream *stream = PST_HTTP_OUTPUT (pollable)->stream;
  gssize n;

  if (stream == NULL || stream->cut)
    {
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_CLOSED, "the connection was ended");
      return -1;
    }
  n = g_pollable_output_stream_write_nonblocking (get_pollable_output (pollable), buffer, count, NULL, error);
  if (n > 0)
    {
      stream->n_written += (guint64)n;
      stream->written_us = g_get_monotonic_time ();
    }
  return n;
}

static void
pst_http_output_pollable_init (GPollableOutputStreamInterface *iface)
{
  iface->can_poll = pst_http_output_can_poll;
  iface->is_writable = pst_http_output_is_writable;
  iface->create_source = pst_http_output_create_source;
  iface->write_nonblocking = pst_http_output_write_nonblocking;
}

G_DEFINE_FINAL_TYPE_WITH_CODE (PstHttpOutput, pst_http_output, G_TYPE_FILTER_OUTPUT_STREAM,
                               G_IMPLEMENT_INTERFACE (G_TYPE_POLLABLE_OUTPUT_STREAM, pst_http_output_pollable_init))

static void
pst_http_output_class_init (PstHttpOutputClass *klass)
{
}

static void
pst_http_output_init (PstHttpOutput *output)
{
}

/* Both */

static GInputStream *
pst_http_stream_get_input_stream (GIOStream *io)
{
  return PST_HTTP_STREAM (io)->input;
}

static GOutputStream *
pst_http_stream_get_output_stream (GIOStream *io)
{
  return PST_HTTP_STREAM (io)->output;
}

/* A socket's shutdown and close never block; TLS would wait to say goodbye, so its socket is closed instead. */
static gboolean
pst_http_stream_close (GIOStream *io, GCancellable *cancellable, GError **error)
{
  PstHttpStream *stream = PST_HTTP_STREAM (io);
  PstHttpStreamFunc closed = stream->closed;

  stream->phase = PST_HTTP_PHASE_CLOSED;
  stream->closed = NULL;
  if (!g_socket_is_closed (stream->socket))
    {
      g_socket_shutdown (stream->socket, FALSE, TRUE, NULL);
      g_socket_close (stream->socket, NULL);
    }
  if (closed != NULL)
    closed (stream, stream->user_data);
  return TRUE;
}

/* GIO would do it on another thread. */
static void
pst_http_stream_close_async (GIOStream *io, int priority, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (io, cancellable, callback, user_data);

  g_task_return_boolean (task, pst_http_stream_close (io, NULL, NULL));
}

static gboolean
pst_http_stream_close_finish (GIOStream *io, GAsyncResult *result, GError **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}

static void
pst_http_stream_dispose (GObject *object)
{
  PstHttpStream *stream = PST_HTTP_STREAM (object);

  if (!g_io_stream_is_closed (G_IO_STREAM (stream)))
    g_io_stream_close (G_IO_STREAM (stream), NULL, NULL);
  if (stream->input != NULL)
    PST_HTTP_INPUT (stream->input)->stream = NULL;
  if (stream->output != NULL)
    PST_HTTP_OUTPUT (stream->output)->stream = NULL;
  g_clear_object (&stream->input);
  g_clear_object (&stream->output);
  g_clear_object (&stream->base);
  G_OBJECT_CLASS (pst_http_stream_parent_class)->dispose (object);
}

static void
pst_http_stream_finalize (GObject *object)
{
  PstHttpStream *stream = PST_HTTP_STREAM (object);

  g_clear_object (&stream->socket);
  g_free (stream->address);
  g_free (stream->counted);
  G_OBJECT_CLASS (pst_http_stream_parent_class)->finalize (object);
}

static void
pst_http_stream_class_init (PstHttpStreamClass *klass)
{
  GIOStreamClass *io_class = G_IO_STREAM_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = pst_http_stream_dispose;
  G_OBJECT_CLASS (klass)->finalize = pst_http_stream_finalize;
  io_class->get_input_stream = pst_http_stream_get_input_stream;
  io_class->get_output_stream = pst_http_stream_get_output_stream;
  io_class->close_fn = pst_http_stream_close;
  io_class->close_async = pst_http_stream_close_async;
  io_class->close_finish = pst_http_stream_close_finish;
}

static void
pst_http_stream_init (PstHttpStream *stream)
{
  stream->deadline_us = G_MAXINT64;
  stream->read_us = stream->written_us = g_get_monotonic_time ();
}

PstHttpStream *
pst_http_stream_new (GIOStream *base, GSocket *socket, const char *address, guint port, PstHttpStreamFunc closed, gpointer user_data)
{
  PstHttpStream *stream = g_object_new (PST_TYPE_HTTP_STREAM, NULL);

  stream->base = g_object_ref (base);
  stream->socket = g_object_ref (socket);
  stream->address = g_strdup (address);
  stream->port = port;
  stream->closed = closed;
  stream->user_data = user_data;
  stream->input = g_object_new (PST_TYPE_HTTP_INPUT, "base-stream", g_io_stream_get_input_stream (base), "close-base-stream", FALSE, NULL);
  stream->output = g_object_new (PST_TYPE_HTTP_OUTPUT, "base-stream", g_io_stream_get_output_stream (base), "close-base-stream", FALSE, NULL);
  PST_HTTP_INPUT (stream->input)->stream = stream;
  PST_HTTP_OUTPUT (stream->output)->stream = stream;
  return stream;
}

GIOStream *
pst_http_stream_get_base (PstHttpStream *stream)
{
  return stream->base;
}

const char *
pst_http_stream_get_address (PstHttpStream *stream)
{
  return stream->address;
}

guint
pst_http_stream_get_port (PstHttpStream *stream)
{
  return stream->port;
}

const char *
pst_http_stream_get_counted (PstHttpStream *stream)
{
  return stream->counted;
}

void
pst_http_stream_set_counted (PstHttpStream *stream, const char *whose)
{
  g_free (stream->counted);
  stream->counted = g_strdup (whose);
}

gboolean
pst_http_stream_is_tls (PstHttpStream *stream)
{
  return G_IS_TLS_CONNECTION (stream->base);
}

void
pst_http_stream_enter (PstHttpStream *stream, PstHttpPhase phase, gint64 deadline_us, guint64 budget)
{
  if (stream->phase == PST_HTTP_PHASE_CLOSED)
    return;
  stream->phase = phase;
  stream->deadline_us = deadline_us;
  stream->budget = budget;
  stream->begun = FALSE;
}

PstHttpPhase
pst_http_stream_get_phase (PstHttpStream *stream)
{
  return stream->phase;
}

gint64
pst_http_stream_get_deadline_us (PstHttpStream *stream)
{
  return stream->deadline_us;
}

gboolean
pst_http_stream_has_begun (PstHttpStream *stream)
{
  return stream->begun;
}

guint64
pst_http_stream_get_n_written (PstHttpStream *stream)
{
  return stream->n_written;
}

gint64
pst_http_stream_get_read_us (PstHttpStream *stream)
{
  return stream->read_us;
}

gint64
pst_http_stream_get_written_us (PstHttpStream *stream)
{
  return stream->written_us;
}

void
pst_http_stream_add_budget (PstHttpStream *stream, guint64 budget, guint64 most)
{
  stream->budget = MIN (stream->budget + budget, most);
}

/* What was received and not read makes the kernel reset the connection, and the client may then not see what was written: a little is taken away. */
static void
drain (PstHttpStream *stream)
{
  char waste[16384];

  for (guint i = 0; i < 64; i++)
    if (g_socket_receive_with_blocking (stream->socket, waste, sizeof waste, FALSE, NULL, NULL) <= 0)
      break;
}

void
pst_http_stream_cut (PstHttpStream *stream, const PstHttpAnswer *reply)
{
  if (stream->cut || stream->phase == PST_HTTP_PHASE_CLOSED)
    return;
  stream->cut = TRUE;
  stream->deadline_us = G_MAXINT64;
  if (reply != NULL)
    {
      g_autofree char *text = pst_http_answer_to_text (reply);

      g_pollable_output_stream_write_nonblocking (G_POLLABLE_OUTPUT_STREAM (g_io_stream_get_output_stream (stream->base)), text, strlen (text), NULL,
                                                  NULL);
      drain (stream);
    }
  /* Wakes up who waits for input: it reads the end. */
  g_socket_shutdown (stream->socket, TRUE, TRUE, NULL);
}
