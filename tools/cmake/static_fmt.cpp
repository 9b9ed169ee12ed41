// SPDX-License-Identifier: Apache-2.0
// fmt's code for the program (SinewProgram.cmake): what its library holds, of which Debian has a shared one alone.
#include <fmt/format-inl.h>

// The two templates that the header declares to be elsewhere, in the library.
template fmt::detail::thousands_sep_result<char> fmt::detail::thousands_sep_impl<char>(fmt::detail::locale_ref);
template char fmt::detail::decimal_point_impl<char>(fmt::detail::locale_ref);
