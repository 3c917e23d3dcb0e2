#!/usr/bin/env bash
# Prints the cargo command that can build for wasm32-unknown-unknown, after getting the target's
# standard library if it is missing: from rustup, or, where rustup's servers cannot be reached, from
# Debian's rustc-web packages, unpacked aside and never installed.
set -euo pipefail

target=wasm32-unknown-unknown
name=debian-wasm
folder="$HOME/.local/share/$name"

say() { printf 'wasm toolchain: %s\n' "$*" >&2; }
has_target() {
  local libraries
  libraries=$("$@" --print target-libdir --target "$target" 2> /dev/null) \
    && compgen -G "$libraries/libstd-*.rlib" > /dev/null
}
finish() { echo "$1"; exit 0; }

has_target rustc && finish cargo
has_target rustc "+$name" && finish "cargo +$name"
command -v rustup > /dev/null || { say "rustup is needed"; exit 1; }

say "rustup target add $target"
timeout 120 rustup target add "$target" >&2 || say "rustup could not get it"
has_target rustc && finish cargo

command -v apt-get > /dev/null || { say "neither rustup nor apt-get can get the target"; exit 1; }
candidate() { apt-cache policy rustc-web | awk '/Candidate:/ && $2 != "(none)" { print $2 }'; }
[[ -n "$(candidate)" ]] || apt-get update >&2
version=$(candidate)
[[ -n "$version" ]] || { say "apt knows no rustc-web"; exit 1; }
std="libstd-rust-web-$(cut -d. -f1,2 <<< "$version")"
llvm=$(apt-cache depends "$std" | awk '$2 ~ /^libllvm[0-9]+$/ { print $2 }' | sort | tail -n 1)
say "assembling $name from rustc-web $version in $folder"

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
chmod 755 "$work"
(cd "$work" && apt-get -o APT::Sandbox::User=root download -q \
  rustc-web libstd-rust-web-dev "$std" rust-web-src "$llvm" "lld-${llvm#libllvm}" >&2)
for package in "$work"/*.deb; do
  # Of the sources, the standard library's are enough.
  case $package in
    *rust-web-src*) part=(--wildcards './usr/src/rustc-*/library') ;;
    *) part=(--exclude=./usr/share) ;;
  esac
  dpkg-deb --fsys-tarfile "$package" | tar -x -C "$work" "${part[@]}"
done

rm -rf "$folder"
mkdir -p "$folder"/{bin,lib}
cp "$work"/usr/bin/{rustc,rustdoc} "$folder/bin/"
cp -a "$work"/usr/lib/x86_64-linux-gnu/. "$work"/usr/lib/rustlib "$folder/lib/"
binaries="$folder/lib/rustlib/x86_64-unknown-linux-gnu/bin"
sources="$folder/lib/rustlib/src/rust"
install -D "$work/usr/lib/llvm-${llvm#libllvm}/bin/lld" "$binaries/rust-lld"
rm -f "$sources"
mkdir -p "$sources"
mv "$work"/usr/src/rustc-*/library "$sources/library"
ln -s "$(rustup which cargo)" "$folder/bin/cargo"
if LD_LIBRARY_PATH="$folder/lib" ldd "$folder/bin/rustc" "$binaries/rust-lld" | grep -q 'not found'; then
  # What libLLVM itself needs.
  apt-get install --quiet --yes --no-install-recommends "$llvm" >&2
fi
rustup toolchain link "$name" "$folder"

# The standard library is built once and put where rustc looks for it, with the bitcode that
# link-time optimisation needs, and without this machine's paths.
mkdir -p "$work/std/src"
echo '#![no_std]' > "$work/std/src/lib.rs"
cat > "$work/std/Cargo.toml" << 'END'
[package]
name = "nothing"
edition = "2021"
[profile.release]
panic = "abort"
codegen-units = 1
[workspace]
END
(cd "$work/std" && env -u RUSTC -u RUSTC_WRAPPER RUSTC_BOOTSTRAP=1 \
  RUSTFLAGS="-Cembed-bitcode=yes --remap-path-prefix=$sources=/rustc/$version" \
  CARGO_TARGET_DIR="$work/std/target" \
  cargo "+$name" build --release --target "$target" \
  -Zbuild-std=std,panic_abort,panic_unwind,test,proc_macro >&2)
libraries="$folder/lib/rustlib/$target/lib"
built="$work/std/target/$target/release/deps"
rm -f "$built"/libnothing-*
mkdir -p "$libraries"
cp "$built"/lib*.{rlib,rmeta} "$libraries/"
rm -rf "$sources"
has_target rustc "+$name" && finish "cargo +$name"
say "the standard library was built, but rustc does not see it"
exit 1
