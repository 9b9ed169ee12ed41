// SPDX-License-Identifier: Apache-2.0
#include "read/dimacs/read_dimacs.hpp"

#include <algorithm>
#include <cstdint>

#include <fmt/core.h>

#include "base/error.hpp"
#include "model/distant_numbers.hpp"
#include "read/file.hpp"

namespace sinew::read {

namespace {

/// Line and column are counted only when there is an error to place: formulas have millions of lines.
class DimacsReader {
  public:
    DimacsReader(std::string_view text, const std::string& name)
        : begin_(text.data()), at_(text.data()), end_(text.data() + text.size()), name_(name) {}

    model::Cnf read() {
        read_header();
        while (skip_to_token() && *at_ != '%') read_literal();
        if (cnf_.literals.size() != cnf_.begin.back()) fail(at_, "the last clause does not end", "0");
        if (cnf_.clause_count() != announced_)
            fail(at_,
                 fmt::format("the header announces {} clauses, but there are {}", announced_, cnf_.clause_count()));
        if (model::are_distant(cnf_.variable_count, cnf_.literals.size())) renumber();
        return std::move(cnf_);
    }

  private:
    [[noreturn]] void fail(const char* where, std::string_view message, std::string_view expected = {}) const {
        throw InputError(location_in(name_, begin_, where), message, expected);
    }

    void renumber() {
        model::DistantNumbers numbers;
        numbers.add(cnf_.literals);
        numbers.finish();
        numbers.renumber(cnf_.literals);
        cnf_.names = numbers.take();
        cnf_.variable_count = cnf_.names.size();
    }

    static bool is_blank(char c) { return c == ' ' || c == '\n' || c == '\t' || c == '\r'; }
    /// A comment begins a line or follows a clause.
    bool at_comment() const {
        const bool at_line_begin = at_ == begin_ || at_[-1] == '\n';
        return *at_ == 'c' && (at_line_begin || cnf_.literals.size() == cnf_.begin.back());
    }

    /// Past blanks and comment lines; false at the end of the text.
    bool skip_to_token() {
        for (; at_ != end_; ++at_) {
            if (is_blank(*at_)) continue;
            if (!at_comment()) return true;
            at_ = std::find(at_, end_, '\n');
            if (at_ == end_) return false;
        }
        return false;
    }
    void skip_blanks_of_line() {
        while (at_ != end_ && is_blank(*at_) && *at_ != '\n') ++at_;
    }
    bool token_ends() const { return at_ == end_ || is_blank(*at_); }

    std::uint64_t read_number(std::uint64_t most, std::string_view expected) {
        const char* const first = at_;
        std::uint64_t number = 0;
        while (at_ != end_ && *at_ >= '0' && *at_ <= '9') {
            number = 10 * number + static_cast<std::uint64_t>(*at_++ - '0');
            if (number > most) fail(first, fmt::format("this number is larger than {}", most));
        }
        if (at_ == first || !token_ends())
            fail(at_, at_ == end_ ? "the text ends here" : "this is no number", expected);
        return number;
    }

    void read_header() {
        constexpr std::string_view form = "a header `p cnf VARIABLES CLAUSES`";
        if (!skip_to_token()) fail(at_, "the text ends here", form);
        for (const std::string_view word : {"p", "cnf"}) {
            if (!std::string_view(at_, static_cast<std::size_t>(end_ - at_)).starts_with(word))
                fail(at_, "this is no DIMACS formula", form);
            at_ += word.size();
            if (!token_ends()) fail(at_, "this is no DIMACS formula", form);
            skip_blanks_of_line();
        }
        cnf_.variable_count = read_number(most_dimacs_variables, "the number of variables");
        skip_blanks_of_line();
        announced_ = read_number(std::uint64_t{1} << 40, "the number of clauses");
        skip_blanks_of_line();
        if (at_ != end_ && *at_ != '\n') fail(at_, "the header goes on", "the end of the line");
        // A literal takes two characters at least; about four is usual.
        cnf_.literals.reserve(static_cast<std::size_t>(end_ - at_) / 4);
        cnf_.begin.reserve(std::min(announced_, static_cast<std::uint64_t>(end_ - at_) / 2) + 1);
    }

    void read_literal() {
        const char* const first = at_;
        const bool negated = *at_ == '-';
        if (negated) ++at_;
        const std::uint64_t variable = read_number(most_dimacs_variables, "a literal or 0");
        if (variable > cnf_.variable_count)
            fail(first, fmt::format("variable {} is beyond the {} of the header", variable, cnf_.variable_count));
        if (variable != 0) {
            const auto literal = static_cast<std::int32_t>(variable);
            cnf_.literals.push_back(negated ? -literal : literal);
            return;
        }
        if (negated) fail(first, "a clause ends in 0, not in -0");
        if (cnf_.clause_count() == announced_)
            fail(first, fmt::format("there are more clauses than the {} of the header", announced_));
        cnf_.begin.push_back(cnf_.literals.size());
    }

    const char* begin_;
    const char* at_;
    const char* end_;
    const std::string& name_;
    model::Cnf cnf_;
    std::uint64_t announced_ = 0;
};

}  // namespace

model::Cnf read_dimacs(const std::string& path) {
    const FileContent text = read_text(path);
    return read_dimacs_text(text, shown_name(path));
}

model::Cnf read_dimacs_text(std::string_view text, const std::string& name) {
    return DimacsReader(text, name).read();
}

}  // namespace sinew::read
