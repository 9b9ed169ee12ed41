// SPDX-License-Identifier: Apache-2.0
// Linear sums as the `dnn` format writes them.
#pragma once

#include <string>
#include <string_view>
#include <utility>

#include "write/number_text.hpp"

namespace sinew::write {

/// Σ coefficient·name + constant, built term by term: "0.5x0 - 1/3x1 + 2". Nothing is "0".
class DnnSum {
  public:
    void add(const Rational& coefficient, std::string_view name) {
        if (coefficient == 0) return;
        sign(sgn(coefficient) < 0);
        const Rational size = abs(coefficient);
        if (size != 1) text_ += exact_number(size);
        text_ += name;
    }
    void add(const Rational& constant) {
        if (constant == 0) return;
        sign(sgn(constant) < 0);
        text_ += exact_number(abs(constant));
    }
    std::string take() { return text_.empty() ? "0" : std::move(text_); }

  private:
    void sign(bool negative) {
        if (text_.empty())
            text_ += negative ? "-" : "";
        else
            text_ += negative ? " - " : " + ";
    }

    std::string text_;
};

}  // namespace sinew::write
