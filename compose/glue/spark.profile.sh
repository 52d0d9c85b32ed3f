# shellcheck shell=sh
# Debian's /etc/profile sets PATH again for login shells.
export PATH="/usr/lib/spark/bin:$PATH"
