#!/bin/sh
# check_edges.sh GRAPH: see check_edges.awk.
exec awk -f tools/layering/check_edges.awk "$1"
