# Sourced by ./run and ./test: brings a fresh Debian or Ubuntu machine to a working .venv. POSIX sh; safe to repeat.
# Every step first looks whether its result is there, so that a second start takes seconds.

say() { printf '%s\n' "$*" >&2; }

fail() {
    say "LỖI: $*"
    exit 1
}

# --- the offline bundle --------------------------------------------------------------------------------------------
# A folder written by scripts/bundle holds offline/: wheels, Debian packages and checksums. Where it is there, nothing is
# asked of any network.

bundled() { [ -f offline/bundle.json ]; }

# Prints the system and Python that the bundle was made for.
bundle_system() { sed -n 's/.*"\(system\|python\)": "\([^"]*\)".*/\2/p' offline/bundle.json | paste -sd ' '; }

# A USB stick that lost a file or a bit is told before anything is installed, once for each bundle.
check_bundle() {
    bundled || return 0
    digest=$(cksum <offline/SHA256SUMS)
    [ -f .setup/bundle-checked ] && [ "$(cat .setup/bundle-checked)" = "$digest" ] && return 0
    say "Đang so mã kiểm tra của các tệp trong gói cài đặt"
    wrong=$(sha256sum --check --quiet offline/SHA256SUMS 2>/dev/null | sed -n 's/: .*//p' | sed -n 1,3p)
    [ -z "$wrong" ] || fail "tệp trong gói cài đặt bị hỏng hoặc thiếu: $wrong. Hãy chép lại cả thư mục từ USB."
    printf '%s\n' "$digest" >.setup/bundle-checked
}

# --- system packages -----------------------------------------------------------------------------------------------

# Prints the command prefix that may install packages, or nothing.
root_prefix() {
    if [ "$(id -u)" = 0 ]; then
        echo env
    elif command -v sudo >/dev/null 2>&1; then
        if sudo -n true 2>/dev/null; then
            echo "sudo -n"
        elif [ -t 0 ]; then
            echo sudo
        fi
    fi
}

# install_packages PACKAGE...: true when apt installed them.
install_packages() {
    command -v apt-get >/dev/null 2>&1 || return 1
    prefix=$(root_prefix)
    [ -n "$prefix" ] || return 1
    say "Đang cài các gói hệ thống: $*"
    mkdir -p .setup
    if bundled && [ -f offline/debs/Packages ]; then
        install_bundled_packages "$prefix" "$@"
        return
    fi
    if [ ! -e .setup/apt-updated ]; then
        $prefix apt-get update -qq >.setup/apt.log 2>&1 || return 1
        : >.setup/apt-updated
    fi
    $prefix env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$@" \
        >>.setup/apt.log 2>&1
}

# install_bundled_packages PREFIX PACKAGE...: from offline/debs alone, with lists of its own: the system's stay as they are.
install_bundled_packages() {
    prefix=$1
    shift
    state=$(pwd)/.setup/apt
    mkdir -p "$state/lists/partial" "$state/cache/archives/partial"
    # apt wants blanks of an address as %20
    printf 'deb [trusted=yes] file:%s/offline/debs ./\n' "$(pwd | sed 's/ /%20/g')" >"$state/bundle.list"
    printf '%s\n' "Dir::Etc::sourcelist \"$state/bundle.list\";" 'Dir::Etc::sourceparts "/dev/null";' \
        "Dir::State::lists \"$state/lists\";" "Dir::Cache \"$state/cache\";" 'APT::Sandbox::User "root";' \
        'Acquire::Languages "none";' >"$state/apt.conf"
    $prefix env APT_CONFIG="$state/apt.conf" apt-get update -qq >.setup/apt.log 2>&1 &&
        $prefix env APT_CONFIG="$state/apt.conf" DEBIAN_FRONTEND=noninteractive \
            apt-get install -y -qq --no-install-recommends "$@" >>.setup/apt.log 2>&1
}

# Prints a Python of 3.11 to 3.14, the newest release that Streamlit supports first tried as plain python3.
find_python() {
    for name in python3 python3.13 python3.12 python3.11 python3.14; do
        if command -v "$name" >/dev/null 2>&1 &&
            "$name" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 15))' 2>/dev/null; then
            command -v "$name"
            return 0
        fi
    done
    return 1
}

ensure_python() {
    PYTHON=$(find_python) && return 0
    install_packages python3 python3-venv || true
    PYTHON=$(find_python) && return 0
    install_packages python3.11 python3.11-venv || true
    PYTHON=$(find_python) && return 0
    fail "cần Python 3.11 trở lên. Hãy nhờ quản trị máy chạy: sudo apt-get install python3.11 python3.11-venv"
}

ensure_system_programs() {
    missing=""
    command -v tesseract >/dev/null 2>&1 || missing="$missing tesseract-ocr tesseract-ocr-vie"
    command -v pdftoppm >/dev/null 2>&1 || missing="$missing poppler-utils"
    [ -n "$missing" ] || return 0
    # word splitting is wanted: a list of package names
    # shellcheck disable=SC2086
    install_packages $missing || say "Không cài được gói hệ thống ($missing ); dùng bản đi kèm trong Python."
}

# --- Python environment --------------------------------------------------------------------------------------------

ensure_venv() {
    [ -x .venv/bin/python ] && .venv/bin/python -c 'import sys' 2>/dev/null && .venv/bin/python -m pip --version >/dev/null 2>&1 && return 0
    say "Đang tạo môi trường Python trong .venv"
    rm -rf .venv
    if ! "$PYTHON" -c 'import ensurepip, venv' 2>/dev/null; then
        version=$("$PYTHON" -c 'import sys; print("python%d.%d-venv" % sys.version_info[:2])')
        install_packages "$version" || install_packages python3-venv || true
    fi
    "$PYTHON" -m venv .venv 2>/dev/null && return 0
    # no ensurepip and nobody to install it: virtualenv from pip brings its own
    rm -rf .venv
    "$PYTHON" -m pip install -q --target .setup/virtualenv virtualenv 2>/dev/null &&
        PYTHONPATH=.setup/virtualenv "$PYTHON" -m virtualenv -q .venv && return 0
    fail "không tạo được .venv. Hãy nhờ quản trị máy chạy: sudo apt-get install python3-venv"
}

# install_requirements NAME FILE...: pip install, once for each content of the files.
install_requirements() {
    stamp=".venv/installed-$1"
    shift
    digest=$(cat "$@" | cksum)
    [ -f "$stamp" ] && [ "$(cat "$stamp")" = "$digest" ] && return 0
    say "Đang cài các thư viện Python ($*), lần đầu mất vài phút"
    for file in "$@"; do
        if bundled; then
            .venv/bin/python -m pip install -q --disable-pip-version-check --no-index --find-links offline/wheels \
                --require-hashes -r "$file" ||
                fail "không cài được thư viện Python từ gói cài đặt. Gói này làm cho $(bundle_system); kiểm tra hệ điều hành và đĩa trống."
        else
            .venv/bin/python -m pip install -q --disable-pip-version-check --require-hashes -r "$file" ||
                fail "không cài được thư viện Python từ $file. Kiểm tra mạng (cần tới PyPI) và đĩa trống rồi chạy lại."
        fi
    done
    printf '%s\n' "$digest" >"$stamp"
}

setup() {
    mkdir -p .setup
    check_bundle
    ensure_python
    ensure_system_programs
    ensure_venv
    install_requirements run requirements.txt
    command -v tesseract >/dev/null 2>&1 || install_requirements portable requirements-portable.txt
}
