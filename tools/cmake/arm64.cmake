# SPDX-License-Identifier: Apache-2.0
# Builds for arm64 on another Debian machine: -DCMAKE_TOOLCHAIN_FILE=tools/cmake/arm64.cmake -DSINEW_SYSROOT=FOLDER.
# The folder holds Debian's arm64 packages unpacked (tools/test_arm64 makes it); compiler, C library and their headers are
# those of g++-aarch64-linux-gnu. What is built runs under qemu, whose C library is the folder's.
set(CMAKE_SYSTEM_NAME Linux)
set(CMAKE_SYSTEM_PROCESSOR aarch64)
set(CMAKE_C_COMPILER aarch64-linux-gnu-gcc)
set(CMAKE_CXX_COMPILER aarch64-linux-gnu-g++)
set(CMAKE_LIBRARY_ARCHITECTURE aarch64-linux-gnu)
set(CMAKE_TRY_COMPILE_PLATFORM_VARIABLES SINEW_SYSROOT)

set(CMAKE_FIND_ROOT_PATH ${SINEW_SYSROOT})
set(CMAKE_FIND_ROOT_PATH_MODE_PROGRAM NEVER)
set(CMAKE_FIND_ROOT_PATH_MODE_LIBRARY ONLY)
set(CMAKE_FIND_ROOT_PATH_MODE_INCLUDE ONLY)
set(CMAKE_FIND_ROOT_PATH_MODE_PACKAGE ONLY)
set(ENV{PKG_CONFIG_SYSROOT_DIR} ${SINEW_SYSROOT})
set(ENV{PKG_CONFIG_LIBDIR} ${SINEW_SYSROOT}/usr/lib/aarch64-linux-gnu/pkgconfig:${SINEW_SYSROOT}/usr/share/pkgconfig)

# (What GCC 10 changed of passing pairs of doubles is nothing to programs of one compiler.)
set(CMAKE_CXX_FLAGS_INIT "-Wno-psabi -isystem ${SINEW_SYSROOT}/usr/include -isystem ${SINEW_SYSROOT}/usr/include/aarch64-linux-gnu")
# Libraries that libraries need are looked for there too, at link time.
foreach(kind EXE SHARED MODULE)
  set(CMAKE_${kind}_LINKER_FLAGS_INIT "-L${SINEW_SYSROOT}/usr/lib/aarch64-linux-gnu -Wl,-rpath-link,${SINEW_SYSROOT}/usr/lib/aarch64-linux-gnu")
endforeach()
set(CMAKE_CROSSCOMPILING_EMULATOR qemu-aarch64-static -L ${SINEW_SYSROOT})
