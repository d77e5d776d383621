"""What the help screen says, in lines that a terminal of 80 columns has room for."""

from __future__ import annotations

HELP = """\
Everywhere
  tab               switch to the other pane
  ↑ ↓ or k j        one row up, down           PgUp PgDn or u d  a page
  Home End or g G   first, last row
  shift+← shift+→   or H L: scroll sideways what is marked as too long
  [ ]               scroll the details up, down
  1 2 3 4           layers, packages, findings, waste on the left
  ctrl+f or /       filter the tree: words, a glob (*.pyc, usr/**/test),
                    or /a regexp/
  esc               close the filter, show all again
  ctrl+o            sort by size or by name
  ctrl+w            only entries with waste, removed ones too
  ctrl+b            mode and owner of entries, or sizes in their place
  ctrl+p            wrap long rows
  ctrl+e            extract the file into a folder
  ?                 this help                  q or ctrl+c       quit

Layers
  ctrl+a            compare with the lowest layer: all changes since
  ctrl+l            compare with the layer below: this layer's changes

Tree
  space             open or close a directory  ctrl+space        all of them
  ← or h            to the directory above     → or l            open, enter
  Enter or v        the content of a file: text or bytes (x switches)
  ctrl+a r m u      hide or show what was added, removed, modified, unmodified
                    (M does what ctrl+m does: many terminals send Enter)

Marks
  + added   ~ modified   - removed   x gone before, its bytes are waste
  Waste counts bytes at or below a path that a layer ships but no one can
  read. A directory's size is the content of all files below it; a hard link
  has no bytes of its own.

Where there is no room for all columns, owner, mode and waste are left out, in
this order. The lines below the panes have them all: of the entry under the
cursor what it is, which package it belongs to, and which line of the
Dockerfile brought it. A terminal of less than 70 columns shows one pane.
"""
