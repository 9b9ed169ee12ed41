// SPDX-License-Identifier: Apache-2.0
#include "proof/veripb_reader.hpp"

namespace sinew::proof {

namespace {

constexpr std::string_view veripb_header = "pseudo-Boolean proof version 3.0\n";

bool is_blank(int byte) {
    return byte == ' ' || byte == '\t' || byte == '\r' || byte == '\n';
}

}  // namespace

bool VeripbReader::is_one(const std::string& path) {
    try {
        ProofInput input(path);
        input.peek();
        return input.ahead().starts_with("pseudo-Boolean proof");
    } catch (const InputError&) {
        return false;
    }
}

VeripbReader::VeripbReader(const std::string& path) : input_(path) {
    for (const char expected : veripb_header)
        if (input_.get() != expected)
            throw InputError({path, 1, 0}, "the first line is not `pseudo-Boolean proof version 3.0`");
}

bool VeripbReader::next(std::vector<std::string>& words) {
    words.clear();
    std::string word;
    const auto end_word = [&] {
        if (!word.empty()) words.push_back(std::move(word));
        word.clear();
    };
    for (int byte = input_.get(); byte != ProofInput::end; byte = input_.get()) {
        if (words.empty() && word.empty()) line_ = next_line_;
        if (byte == '\n') ++next_line_;
        if (byte == '%') {
            end_word();
            while (byte != ProofInput::end && byte != '\n') byte = input_.get();
            ++next_line_;
        } else if (byte == ';') {
            end_word();
            ++steps_;
            return true;
        } else if (is_blank(byte)) {
            end_word();
        } else {
            word.push_back(static_cast<char>(byte));
        }
    }
    end_word();
    if (!words.empty()) throw InputError(location(), "the proof ends within a statement", "`;`");
    return false;
}

}  // namespace sinew::proof
