// SPDX-License-Identifier: Apache-2.0
#include "read/flatzinc/read_flatzinc.hpp"

#include "flatzinc_parser.hpp"
#include "read/file.hpp"

namespace sinew::read {

model::ConstraintProgram parse_flatzinc(std::string_view text, const std::string& name) {
    flatzinc::Builder builder(text, name);
    flatzinc::Scanner scanner(builder);
    flatzinc::Parser(scanner).parse();
    return builder.take();
}

model::ConstraintProgram read_flatzinc(const std::string& path) {
    return parse_flatzinc(read_text(path), shown_name(path));
}

}  // namespace sinew::read
