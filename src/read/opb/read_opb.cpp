// SPDX-License-Identifier: Apache-2.0
#include "read/opb/read_opb.hpp"

#include <algorithm>
#include <cstdint>
#include <optional>

#include <fmt/core.h>

#include "base/error.hpp"
#include "base/utf8.hpp"
#include "exact/decimal.hpp"
#include "read/file.hpp"
#include "read/opb/opb_rows.hpp"

namespace sinew::read {

namespace {

/// Line and column are counted only when there is an error to place. Coefficients take 64 bits as long as they do.
class OpbReader {
  public:
    OpbReader(std::string_view text, const std::string& name)
        : begin_(text.data()), at_(text.data()), end_(text.data() + text.size()), name_(name), rows_(problem_) {}

    model::PseudoBoolean read() {
        read_header();
        while (skip_to_token()) read_statement();
        if (announced_constraints_ && *announced_constraints_ != constraints_)
            fail(at_, fmt::format("the header announces {} constraints, but there are {}", *announced_constraints_,
                                  constraints_));
        rows_.define_products(std::max(announced_variables_.value_or(0), last_variable_));
        return std::move(problem_);
    }

  private:
    [[noreturn]] void fail(const char* where, std::string_view message, std::string_view expected = {}) const {
        throw InputError(location_in(name_, begin_, where), message, expected);
    }

    static bool is_blank(char c) { return c == ' ' || c == '\n' || c == '\t' || c == '\r'; }
    static bool is_digit(char c) { return c >= '0' && c <= '9'; }

    void skip_blanks() {
        while (at_ != end_ && is_blank(*at_)) ++at_;
    }
    /// Past blanks and comments (a `*` between statements comments out the rest of its line).
    bool skip_to_token() {
        for (;;) {
            skip_blanks();
            if (at_ == end_) return false;
            if (*at_ != '*') return true;
            at_ = std::find(at_, end_, '\n');
        }
    }
    bool skip_word(std::string_view word) {
        if (!std::string_view(at_, static_cast<std::size_t>(end_ - at_)).starts_with(word)) return false;
        at_ += word.size();
        return true;
    }

    std::uint64_t read_count(std::uint64_t most, std::string_view what) {
        skip_blanks();
        const char* const first = at_;
        std::uint64_t number = 0;
        for (; at_ != end_ && is_digit(*at_); ++at_) {
            number = 10 * number + static_cast<std::uint64_t>(*at_ - '0');
            if (number > most) fail(first, fmt::format("this number is larger than {}", most));
        }
        if (at_ == first) fail(at_, at_ == end_ ? "the text ends here" : "this is no number", what);
        return number;
    }

    /// `* #variable= N #constraint= M …` as the first line, or nothing.
    void read_header() {
        if (at_ == end_ || *at_ != '*') return;
        const char* const line_end = std::find(at_, end_, '\n');
        const std::string_view line(at_, static_cast<std::size_t>(line_end - at_));
        const std::size_t variables = line.find("#variable=");
        const std::size_t constraints = line.find("#constraint=");
        if (variables != std::string_view::npos) {
            at_ = begin_ + variables + 10;
            announced_variables_ = read_count(most_opb_variables, "the number of variables");
        }
        if (constraints != std::string_view::npos) {
            at_ = begin_ + constraints + 12;
            announced_constraints_ = read_count(std::uint64_t{1} << 40, "the number of constraints");
        }
        at_ = line_end;
    }

    /// "@label": a constraint's name, which proofs use.
    void skip_label() {
        if (*at_ != '@') return;
        const char* const first = at_;
        while (at_ != end_ && !is_blank(*at_) && *at_ != ';') ++at_;
        if (at_ == first + 1) fail(first, "a label without a name", "@ and a name");
        if (!skip_to_token()) fail(at_, found(), "a constraint behind its label");
    }

    void read_statement() {
        const char* const label = at_;
        skip_label();
        const char* const first = at_;
        if (skip_word("min:") || skip_word("max:")) {
            if (first != label) fail(label, "a label stands before a constraint");
            if (problem_.has_objective) fail(first, "there is an objective already");
            if (constraints_ > 0) fail(first, "an objective stands before the constraints");
            read_terms();
            if (at_ == end_ || *at_ != ';') fail(at_, found(), "a term or ;");
            ++at_;
            if (!rows_.set_objective(sum_, first[1] == 'a'))
                fail(first, "the coefficients of the objective add up to more than 2^60");
            return;
        }
        if (skip_word("soft:") || *first == '[')
            fail(first, "soft constraints are not supported", "min:, max: or a term");
        read_terms();
        const OpbRelation relation = read_relation();
        mpz_class bound = read_bound();
        skip_blanks();
        if (at_ == end_ || *at_ != ';') fail(at_, found(), ";");
        ++at_;
        if (!rows_.add(sum_, relation, std::move(bound)))
            fail(first, "the coefficients of this constraint add up to more than 2^60, also when normalised");
        ++constraints_;
    }

    std::string found() const {
        if (at_ == end_) return "the text ends here";
        return fmt::format("found '{}'", printable(std::string_view(at_, 1)));
    }

    OpbRelation read_relation() {
        if (skip_word(">=")) return OpbRelation::at_least;
        if (skip_word("<=")) return OpbRelation::at_most;
        if (skip_word("=")) return OpbRelation::equal;
        if (skip_word(">")) return OpbRelation::more;
        if (skip_word("<")) return OpbRelation::less;
        fail(at_, found(), "a term, or one of >= = <= > <");
    }

    enum class Number : std::uint8_t { none, small, large };

    /// An optional sign, blanks, digits; a sign before a variable counts as 1. `small` or large_ gets the value.
    Number read_number(std::int64_t& small) {
        skip_blanks();
        const char* const first = at_;
        bool negative = false;
        if (at_ != end_ && (*at_ == '+' || *at_ == '-')) {
            negative = *at_++ == '-';
            skip_blanks();
        }
        const char* digits = at_;
        while (at_ != end_ && is_digit(*at_)) ++at_;
        if (digits == at_) {
            if (at_ == first) return Number::none;
            if (!at_literal()) fail(at_, found(), "an integer or a variable");
            small = negative ? -1 : 1;
            return Number::small;
        }
        while (at_ - digits > 1 && *digits == '0') ++digits;
        const auto length = static_cast<std::size_t>(at_ - digits);
        if (length > most_digits) fail(digits, fmt::format("a number of more than {} digits", most_digits));
        if (length <= 18) {
            std::int64_t number = 0;
            for (const char* digit = digits; digit != at_; ++digit) number = 10 * number + (*digit - '0');
            small = negative ? -number : number;
            return Number::small;
        }
        large_ = *parse_integer({digits, length});
        if (negative) large_ = -large_;
        return Number::large;
    }

    mpz_class read_bound() {
        std::int64_t small = 0;
        const Number number = read_number(small);
        if (number == Number::none) fail(at_, found(), "an integer");
        return number == Number::large ? large_ : mpz_class(static_cast<long>(small));
    }

    bool at_literal() {
        skip_blanks();
        return at_ != end_ && (*at_ == 'x' || *at_ == '~');
    }

    std::int32_t read_literal() {
        const bool negated = *at_ == '~';
        if (negated) ++at_;
        if (at_ == end_ || *at_ != 'x') fail(at_, found(), "a variable, as x1");
        const char* const first = at_++;
        if (at_ == end_ || !is_digit(*at_)) fail(at_, found(), "the number of a variable, as in x1");
        // Tools that know variables by their names take x01 and x1 for two.
        if (*at_ == '0' && at_ + 1 != end_ && is_digit(at_[1]))
            fail(first, "the number of this variable begins with 0", "x1, not x01");
        const std::uint64_t number = read_count(most_opb_variables, "the number of a variable");
        if (number == 0) fail(first, "there is no variable x0", "x1 or higher");
        if (announced_variables_ && number > *announced_variables_)
            fail(first, fmt::format("variable x{} is beyond the {} of the header", number, *announced_variables_));
        last_variable_ = std::max(last_variable_, static_cast<std::size_t>(number));
        const auto literal = static_cast<std::int32_t>(number);
        return negated ? -literal : literal;
    }

    void read_terms() {
        sum_.clear();
        for (;;) {
            const char* const first = at_;
            std::int64_t coefficient = 1;
            const Number number = read_number(coefficient);
            if (!at_literal()) {
                if (number != Number::none) fail(at_, found(), "a variable, as x1");
                return;
            }
            factors_.clear();
            while (at_literal()) factors_.push_back(read_literal());
            if (sum_.terms.size() == most_terms) fail(first, "too many terms");
            const std::int32_t literal = factors_.size() == 1 ? factors_[0] : rows_.product(factors_);
            if (literal == 0) continue;
            if (number == Number::large) sum_.large.emplace(sum_.terms.size(), large_);
            sum_.terms.push_back({coefficient, literal});
        }
    }

    static constexpr std::size_t most_digits = 10000;
    static constexpr std::size_t most_terms = std::size_t{1} << 30;

    const char* begin_;
    const char* at_;
    const char* end_;
    const std::string& name_;
    model::PseudoBoolean problem_;
    OpbRows rows_;
    std::optional<std::uint64_t> announced_variables_;
    std::optional<std::uint64_t> announced_constraints_;
    std::size_t last_variable_ = 0;
    std::uint64_t constraints_ = 0;
    OpbSum sum_;
    mpz_class large_;
    std::vector<std::int32_t> factors_;
};

}  // namespace

model::PseudoBoolean read_opb(const std::string& path) {
    const FileContent text = read_text(path);
    return read_opb_text(text, shown_name(path));
}

model::PseudoBoolean read_opb_text(std::string_view text, const std::string& name) {
    return OpbReader(text, name).read();
}

}  // namespace sinew::read
