// SPDX-License-Identifier: Apache-2.0
// What Debian's static GLPK calls of other libraries (SinewProgram.cmake): orderings for its interior point method (AMD and
// COLAMD), and modules with database drivers for its modelling language (libltdl). sinew uses the simplex method alone, so that
// nothing comes here; linking these libraries would bring SuiteSparse, BLAS and LAPACK to every machine that builds.
#include <cstdlib>

extern "C" {
void amd_defaults() {
    std::abort();
}
int amd_order() {
    std::abort();
}
int symamd() {
    std::abort();
}
int lt_dlinit() {
    std::abort();
}
int lt_dlexit() {
    std::abort();
}
void* lt_dlopen() {
    std::abort();
}
void* lt_dlsym() {
    std::abort();
}
int lt_dlclose() {
    std::abort();
}
const char* lt_dlerror() {
    std::abort();
}
}
