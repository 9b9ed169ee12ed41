// SPDX-License-Identifier: Apache-2.0
// Text that goes into a page: whatever it holds, it is shown and nothing else happens.
#pragma once

#include <string>
#include <string_view>

#include "report/document.hpp"

namespace sinew::report {

/// Fit for an element's text and for an attribute in quotes. Bytes that are no UTF-8 and control characters become
/// U+FFFD.
std::string escaped(std::string_view text);

/// A name from outside, kept apart from the text around it whichever way its script runs; the middle of a very long one
/// is left out. Nothing of nothing.
std::string name_html(std::string_view name);

/// At most about `most` bytes of a text, with what was left out told in its middle.
std::string shortened(std::string_view text, std::size_t most);

/// JSON for a <script> element: no byte of it can end the element.
std::string script_json(const Json& json);

/// data:image/png;base64,…
std::string png_uri(std::string_view png_bytes);

}  // namespace sinew::report
