#include "cli/raw_table.hpp"

#include "read/dataset/text_table.hpp"

namespace sinew::cli {

model::TextTable read_raw_table(const std::string& file, const train::Preparation& preparation) {
    // What a table without header calls its columns.
    const bool numbered = preparation.columns.front().name.starts_with("column ");
    return read::read_text_table(file, numbered ? read::Header::absent : read::Header::present);
}

}  // namespace sinew::cli
