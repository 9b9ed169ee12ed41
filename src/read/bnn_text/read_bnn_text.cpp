// SPDX-License-Identifier: Apache-2.0
#include "read/bnn_text/read_bnn_text.hpp"

#include "bnn_parser.hpp"
#include "read/file.hpp"

namespace sinew::read {

model::BinarizedNetwork parse_bnn_text(std::string_view text, const std::string& name) {
    bnn_text::Builder builder(text, name);
    bnn_text::Scanner scanner(builder);
    bnn_text::Parser(scanner).parse();
    return builder.take();
}

model::BinarizedNetwork read_bnn_text(const std::string& path) {
    return parse_bnn_text(read_text(path), shown_name(path));
}

}  // namespace sinew::read
