// SPDX-License-Identifier: Apache-2.0
// The scanner as the parser sees it: the Flex automaton of grammar/bnn.l over the text.
#pragma once

#include "read/bnn_text/builder.hpp"
#include "read/text_scanner.hpp"

namespace sinew::read::bnn_text {

class Scanner : public TextScanner<Builder> {
  public:
    /// Reads builder.text(); `builder` must outlive the scanner.
    explicit Scanner(Builder& builder);
    ~Scanner();

    /// The next token's kind, with its value and place. InputError for what is no token.
    int next(Value& value, Span& span);

    // For the rules of grammar/bnn.l.
    int word(Value& value) const;
    int integer(Value& value, int token) const;
    int text(Value& value, int token) const;
};

}  // namespace sinew::read::bnn_text
