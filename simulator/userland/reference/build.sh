#!/bin/sh
# Builds the reference that the in-process Unix is compared with: busybox 1.35 from Debian's source package, in
# Debian's static configuration but for what Docker's image sets otherwise (programs are found on PATH, the shell
# prints no banner). Two binaries come of it:
#   busybox       what the shell and most programs are compared with
#   busybox-full  has the programs too that Debian leaves out
# usage: build.sh [FOLDER]     (default: target/reference below the project's root)
# Needs apt with Debian's archive keys, a C compiler, make, bzip2 and xz. Changes nothing outside FOLDER.
set -eu

version=1.35.0
suite=bookworm
here=$(cd "$(dirname "$0")" && pwd)
folder=${1:-$here/../../../target/reference}
mkdir -p "$folder"
folder=$(cd "$folder" && pwd)
work=$folder/source
mkdir -p "$work/lists/partial"

fetch() {
    cat > "$work/archive.sources" <<EOF
Types: deb-src
URIs: ${DEBIAN_ARCHIVE:-http://deb.debian.org/debian}
Suites: $suite
Components: main
Signed-By: /usr/share/keyrings/debian-archive-keyring.gpg
EOF
    set -- -q -o "Dir::Etc::sourcelist=$work/archive.sources" -o Dir::Etc::sourceparts=/dev/null \
        -o "Dir::State::lists=$work/lists" -o APT::Sandbox::User=root
    (cd "$work" && apt-get "$@" update && apt-get "$@" source --download-only busybox)
}

ls "$work/busybox_$version.orig.tar.bz2" "$work/busybox_$version"-*.debian.tar.xz > /dev/null 2>&1 || fetch
tree=$work/busybox-$version
rm -rf "$tree"
tar -C "$work" -xjf "$work/busybox_$version.orig.tar.bz2"
tar -C "$tree" -xJf "$work/busybox_$version"-*.debian.tar.xz
sed 's/[[:space:]]*#.*//; /^$/d' "$tree/debian/patches/series" | while read -r name; do
    patch -s -d "$tree" -p1 < "$tree/debian/patches/$name"
done

# configure NAME SETTING... : Debian's static configuration with settings changed, below $work/NAME.
configure() {
    out=$work/$1
    shift
    rm -rf "$out"
    mkdir -p "$out"
    # The first assignment of a symbol wins.
    for setting; do
        case $setting in
        *=n) echo "# CONFIG_${setting%=n} is not set" ;;
        *) echo "CONFIG_$setting" ;;
        esac
    done > "$out/.config"
    cat "$tree/debian/config/pkg/static" >> "$out/.config"
    yes '' | make -s -C "$out" -f "$tree/Makefile" KBUILD_SRC="$tree" oldconfig > "$out/configure.log" 2>&1 || {
        tail "$out/configure.log" >&2
        exit 1
    }
    for setting; do
        case $setting in
        *=n) ! grep -q "^CONFIG_${setting%=n}=" "$out/.config" ;;
        *) grep -q "^CONFIG_$setting\$" "$out/.config" ;;
        esac || {
            echo "build.sh: the configuration refuses $setting" >&2
            exit 1
        }
    done
}

build() {
    make -s -C "$work/$1" -j "$(nproc)" SKIP_STRIP=n > "$work/$1/build.log" 2>&1 || {
        tail -n 30 "$work/$1/build.log" >&2
        exit 1
    }
    cp "$work/$1/busybox" "$folder/$1.new"
    mv "$folder/$1.new" "$folder/$1"
}

shell='FEATURE_SH_STANDALONE=n FEATURE_PREFER_APPLETS=n FEATURE_SH_EXTRA_QUIET=y EXTRA_COMPAT=n'
# shellcheck disable=SC2086
configure busybox $shell
build busybox
# shellcheck disable=SC2086
configure busybox-full $shell COMM=y SPLIT=y INSTALL=y PGREP=y PKILL=y NOHUP=y NICE=y PRINTENV=y CKSUM=y SUM=y SCRIPT=y SCRIPTREPLAY=y
build busybox-full
"$folder/busybox" | head -n 1
