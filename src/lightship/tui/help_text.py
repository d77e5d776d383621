"""What the help screen says."""

from __future__ import annotations

HELP = """\
Everywhere
  tab                 switch to the other pane
  ↑ ↓ or k j          one row up, down            PgUp PgDn or u d    a page
  Home End or g G     first, last row
  1 2 3 4             layers, packages, findings, waste on the left
  ctrl+f or /         filter the tree: words, a glob (*.pyc, usr/**/test), or /a regexp/
  esc                 close the filter, show all again
  ctrl+o              sort by size or by name
  ctrl+w              only entries with waste, removed ones too
  ctrl+b              mode and owner of entries
  ctrl+p              wrap long rows
  ctrl+e              extract the file into a folder
  ?                   this help                   q or ctrl+c         quit

Layers
  ctrl+a              compare with the lowest layer: all changes since
  ctrl+l              compare with the layer below: this layer's changes

Tree
  space               open or close a directory   ctrl+space          all of them
  ← or h              to the directory above      → or l              open, and go into it
  Enter or v          the content of a file: text or bytes (x switches between them)
  ctrl+a r m u        hide or show what was added, removed, modified, is unmodified
                      (M does what ctrl+m does, which is Enter in many terminals)

Marks
  +  added    ~  modified    -  removed    x  gone before this layer, its bytes are waste
  The column "Waste" counts bytes at or below a path that a layer ships but no one can read.
  The size of a directory is the content of all files below it; a hard link has none of its own.
"""
