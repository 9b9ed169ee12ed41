// SPDX-License-Identifier: Apache-2.0
// The code that docs/modelling.md shows is the code of docs/examples, and so is the output.
#include <filesystem>
#include <fstream>
#include <sstream>

#include <gtest/gtest.h>

namespace {

namespace fs = std::filesystem;

std::string content_of(const fs::path& file) {
    std::ifstream stream(file);
    std::ostringstream text;
    text << stream.rdbuf();
    return text.str();
}

/// Without the blanks that lines begin with.
std::string flush_left(const std::string& text) {
    std::istringstream lines(text);
    std::string result;
    for (std::string line; std::getline(lines, line);)
        if (const std::size_t begin = line.find_first_not_of(' '); begin != std::string::npos)
            result += line.substr(begin) + "\n";
    return result;
}

TEST(ModellingPage, shows_the_examples_as_they_are) {
    const fs::path docs = fs::path(SINEW_SOURCE_DIR) / "docs";
    std::string examples;
    for (const auto& entry : fs::directory_iterator(docs / "examples"))
        examples += flush_left(content_of(entry.path())) + "\n";
    std::istringstream lines(content_of(docs / "modelling.md"));
    int blocks = 0;
    std::string block;
    bool inside = false;
    for (std::string line; std::getline(lines, line);) {
        if (line.starts_with("```")) {
            if (inside) {
                ++blocks;
                EXPECT_NE(examples.find(flush_left(block)), std::string::npos) << block;
            }
            inside = !inside;
            block.clear();
        } else if (inside) {
            block += line + "\n";
        }
    }
    EXPECT_GE(blocks, 6);
}

}  // namespace
