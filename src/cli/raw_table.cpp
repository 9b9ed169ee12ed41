// SPDX-License-Identifier: Apache-2.0
#include "cli/raw_table.hpp"

#include "read/dataset/text_table.hpp"
#include "read/file.hpp"

namespace sinew::cli {

model::TextTable parse_raw_table(std::string_view content, const std::string& file,
                                 const train::Preparation& preparation) {
    return read::parse_text_table(content, file, preparation.has_header ? read::Header::present : read::Header::absent);
}

model::TextTable read_raw_table(const std::string& file, const train::Preparation& preparation) {
    return parse_raw_table(read::read_file(file), file, preparation);
}

}  // namespace sinew::cli
