/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* All checks are made on one descriptor of the resolved file. The tag is searched by reading, not by mapping: a module that is being copied
 * over would kill a reader of its mapping with SIGBUS. */

#include "pst-module-file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <glib/gstdio.h>

#define MODULE_SIZE_MAX (G_GUINT64_CONSTANT (256) * 1024 * 1024)
#define SCAN_BUFFER_SIZE (128 * 1024)

static gboolean
resolve (PstModuleFile *file, const char *path, const char *const *folders, GError **error)
{
  file->path = realpath (path, NULL);
  if (file->path == NULL)
    {
      g_set_error (error, PST_PLUGIN_ERROR, PST_REFUSAL_MODULE_MISSING, "module \"%s\": %s; build or install it beside its manifest", path,
                   g_strerror (errno));
      return FALSE;
    }
  for (guint i = 0; folders[i] != NULL; i++)
    {
      gsize length = strlen (folders[i]);

      if (strncmp (file->path, folders[i], length) == 0 && (file->path[length] == '/' || folders[i][length - 1] == '/'))
        return TRUE;
    }
  g_set_error (
      error, PST_PLUGIN_ERROR, PST_REFUSAL_MODULE_OUTSIDE,
      "module \"%s\" leads to \"%s\", outside the search path; put the file itself beside its manifest or add its folder to PENSTOCK_PLUGIN_PATH",
      path, file->path);
  return FALSE;
}

/* Whoever may write the file or its folder may put any code into the host. */
static gboolean
check_owner (const char *what, const char *path, const struct stat *status, GError **error)
{
  if (status->st_uid != 0 && status->st_uid != geteuid ())
    {
      g_set_error (error, PST_PLUGIN_ERROR, PST_REFUSAL_MODULE_WRITABLE,
                   "%s \"%s\" belongs to user %u, who is neither root nor the host's user; chown it", what, path, (guint)status->st_uid);
      return FALSE;
    }
  if ((status->st_mode & (S_IWGRP | S_IWOTH)) != 0)
    {
      g_set_error (error, PST_PLUGIN_ERROR, PST_REFUSAL_MODULE_WRITABLE, "%s \"%s\" may be written by %s; run chmod go-w \"%s\"", what, path,
                   (status->st_mode & S_IWOTH) ? "everyone" : "its group", path);
      return FALSE;
    }
  return TRUE;
}

static gboolean
check_folder (const char *path, GError **error)
{
  g_autofree char *folder = g_path_get_dirname (path);
  struct stat status;

  if (stat (folder, &status) != 0)
    {
      g_set_error (error, PST_PLUGIN_ERROR, PST_REFUSAL_MODULE_MISSING, "folder \"%s\" of a module: %s; make it readable", folder,
                   g_strerror (errno));
      return FALSE;
    }
  return check_owner ("the module's folder", folder, &status, error);
}

static gboolean
open_checked (PstModuleFile *file, GError **error)
{
  struct stat status;

  /* Resolved just now: a link in the last place has appeared since, and is not followed. */
  file->fd = open (file->path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY);
  if (file->fd < 0 || fstat (file->fd, &status) != 0)
    {
      g_set_error (error, PST_PLUGIN_ERROR, PST_REFUSAL_MODULE_MISSING, "cannot open module \"%s\": %s; make it readable", file->path,
                   g_strerror (errno));
      return FALSE;
    }
  if (!S_ISREG (status.st_mode) || (guint64)status.st_size > MODULE_SIZE_MAX)
    {
      g_set_error (error, PST_PLUGIN_ERROR, PST_REFUSAL_MODULE_FORMAT, "module \"%s\" is not a regular file of at most 256 MiB; build it again",
                   file->path);
      return FALSE;
    }
  file->device = status.st_dev;
  file->inode = status.st_ino;
  file->size = (guint64)status.st_size;
  file->changed_ns = (gint64)status.st_ctim.tv_sec * PST_NS_PER_SECOND + status.st_ctim.tv_nsec;
  return check_owner ("module", file->path, &status, error) && check_folder (file->path, error);
}

/* Counts the tags in @bytes and keeps the first; only where a whole tag fits. */
static guint
find_tags (const guint8 *bytes, gsize length, PstPluginTag *tag)
{
  static const guint8 magic[PST_PLUGIN_MAGIC_SIZE] = PST_PLUGIN_MAGIC;
  const guint8 *end = bytes + length;
  guint n = 0;

  for (const guint8 *p = bytes; (p = memmem (p, (gsize)(end - p), magic, sizeof magic)) != NULL; p += sizeof magic)
    {
      if ((gsize)(end - p) < sizeof *tag)
        break;
      if (n++ == 0)
        memcpy (tag, p, sizeof *tag);
    }
  return n;
}

/* Reads the file in pieces that overlap by one byte less than a tag, so that each tag lies whole in exactly one of them. */
static gboolean
scan_tags (PstModuleFile *file, guint *n_tags, GError **error)
{
  const gsize overlap = sizeof (PstPluginTag) - 1;
  g_autofree guint8 *buffer = g_malloc (SCAN_BUFFER_SIZE);
  gsize kept = 0;
  guint64 offset = 0;

  *n_tags = 0;
  for (;;)
    {
      gssize n = pread (file->fd, buffer + kept, SCAN_BUFFER_SIZE - kept, (off_t)offset);
      PstPluginTag tag;
      guint found;

      if (n < 0 && errno == EINTR)
        continue;
      if (n < 0)
        {
          g_set_error (error, PST_PLUGIN_ERROR, PST_REFUSAL_MODULE_MISSING, "cannot read module \"%s\": %s; make it readable", file->path,
                       g_strerror (errno));
          return FALSE;
        }
      if (n == 0)
        break;
      found = find_tags (buffer, kept + (gsize)n, &tag);
      if (found > 0 && *n_tags == 0)
        file->tag = tag;
      *n_tags += found;
      offset += (guint64)n;
      kept += (gsize)n;
      if (kept > overlap)
        {
          memmove (buffer, buffer + kept - overlap, overlap);
          kept = overlap;
        }
    }
  return TRUE;
}

static gboolean
read_tag (PstModuleFile *file, GError **error)
{
  guint n_tags;

  if (!scan_tags (file, &n_tags, error))
    return FALSE;
  if (n_tags != 1)
    {
      g_set_error (error, PST_PLUGIN_ERROR, PST_REFUSAL_MODULE_FORMAT, "module \"%s\" holds %s; use PST_DEFINE_PLUGIN once in a module", file->path,
                   n_tags == 0 ? "no plugin tag" : "more than one plugin tag");
      return FALSE;
    }
  if (memchr (file->tag.id, '\0', sizeof file->tag.id) == NULL || memchr (file->tag.type_name, '\0', sizeof file->tag.type_name) == NULL)
    {
      g_set_error (error, PST_PLUGIN_ERROR, PST_REFUSAL_MODULE_FORMAT,
                   "the plugin tag of module \"%s\" is malformed; build it again with PST_DEFINE_PLUGIN", file->path);
      return FALSE;
    }
  return TRUE;
}

/**
 * pst_module_file_open:
 * @path: the module that a manifest names
 * @folders: (array zero-terminated=1): resolved folders of the search path; the module must lie below one of them
 * @error: where to say why it is refused: a %PST_PLUGIN_ERROR
 *
 * Resolves and opens a module, checks whose it is, and reads its tag. None of its code runs. Any thread; blocks on the disk.
 *
 * Returns: (transfer full) (nullable): the open file
 */
PstModuleFile *
pst_module_file_open (const char *path, const char *const *folders, GError **error)
{
  g_autoptr (PstModuleFile) file = g_new0 (PstModuleFile, 1);

  file->fd = -1;
  if (!resolve (file, path, folders, error) || !open_checked (file, error) || !read_tag (file, error))
    return NULL;
  return g_steal_pointer (&file);
}

gboolean
pst_module_file_is_unchanged (const PstModuleFile *file)
{
  struct stat status;

  return lstat (file->path, &status) == 0 && status.st_dev == file->device && status.st_ino == file->inode && (guint64)status.st_size == file->size
         && (gint64)status.st_ctim.tv_sec * PST_NS_PER_SECOND + status.st_ctim.tv_nsec == file->changed_ns;
}

void
pst_module_file_free (PstModuleFile *file)
{
  if (file == NULL)
    return;
  if (file->fd >= 0)
    g_close (file->fd, NULL);
  free (file->path);
  g_free (file);
}
