// SPDX-License-Identifier: Apache-2.0
// How a page looks, and the little that it does: sorting tables, copying commands, opening folds for the printer.
#pragma once

#include <string_view>

namespace sinew::report {

/// The text of the <style> element.
std::string_view style();
/// Of it, the colours, and how charts look: all that a picture alone needs.
std::string_view palette_style();
std::string_view chart_style();
/// The text of the one <script> that runs. The page is whole without it.
std::string_view script();
/// Its SHA-256 as a Content-Security-Policy names it: no other script runs on the page.
std::string_view script_hash();

}  // namespace sinew::report
