#!/bin/sh
# Makes .venv hold what a task needs:  sh tools/setup.sh report|test|lab
#
# Everything comes from uv.lock. A set-up that is already there is known by a checksum and costs a few milliseconds.
# Where uv is missing or too old, one of our own is put into .uv/; no conda, no root.
set -eu
cd "$(dirname "$0")/.."

fail() {
    printf '%s\n' "$*" >&2
    exit 1
}

# What each task adds, and a command that shows whether it is there.
case ${1-} in
    report) groups='' shown_by=sesec ;;
    test) groups='--group dev --group lab --group docs --group cluster --group assistant' shown_by=pytest ;;
    lab) groups='--group lab' shown_by=jupyter-lab ;;
    *) fail 'usage: sh tools/setup.sh report|test|lab' ;;
esac

# The path counts too: the scripts in a virtual environment name it, so a copied folder is set up anew.
key=$({ pwd -P && cat pyproject.toml uv.lock tools/setup.sh; } | cksum)
stamp=.venv/.set-up-$1
if [ -x .venv/bin/python ] && [ -x ".venv/bin/$shown_by" ] && [ "$(cat "$stamp" 2>/dev/null)" = "$key" ]; then
    exit 0
fi

unset VIRTUAL_ENV PYTHONHOME PYTHONPATH
export UV_PROJECT_ENVIRONMENT=.venv
# As pip does: the certificates of this machine, which may include those of a school's or an office's network.
export UV_SYSTEM_CERTS="${UV_SYSTEM_CERTS-true}"

is_new_enough() { # uv 0.13, as pyproject.toml requires
    "$1" --version 2>/dev/null | awk -F '[ .]' '{ ok = $2 > 0 || $3 >= 13 } END { exit !ok }'
}

if is_new_enough uv; then
    uv=uv
elif is_new_enough .uv/bin/uv; then
    uv=.uv/bin/uv
else
    echo 'Getting uv, which installs the Python packages ...'
    command -v python3 >/dev/null ||
        fail 'Python is missing: install Python 3.11, 3.12 or 3.13 and run the same command again.'
    rm -rf .uv
    python3 -m venv .uv >/dev/null 2>&1 ||
        fail 'python3 cannot make a virtual environment: install python3-venv (or uv) and run the same command again.'
    .uv/bin/python -m pip install --quiet --disable-pip-version-check 'uv>=0.13,<1' ||
        fail 'uv could not be installed (see above): check the network, or install uv yourself, and run the same command again.'
    uv=.uv/bin/uv
fi

# Any suitable Python on this machine; failing that, uv may be able to bring one. What else keeps uv from looking (a
# cache that cannot be written) it says itself.
if ! said=$("$uv" python find 2>&1 >/dev/null); then
    case $said in
        *cache* | *ermission* | *'No space'* | *'ead-only'*)
            fail "uv cannot work here. It says:
$said
Fix that (UV_CACHE_DIR names another folder for its cache) and run the same command again." ;;
    esac
    "$uv" python install --quiet 3.13 2>/dev/null ||
        fail 'No Python 3.11, 3.12 or 3.13 was found: install one of them and run the same command again.'
fi

echo 'Setting up the Python packages in .venv (the first time takes about half a minute) ...'
# --inexact: a report does not take the lab or the tests away. Compiled now, so that the first command starts as fast as the next.
# shellcheck disable=SC2086  # no group is no argument
"$uv" sync --locked --inexact --compile-bytecode --quiet $groups ||
    fail 'The Python packages could not be set up (see above): fix that and run the same command again.'
printf '%s\n' "$key" >"$stamp"
