// SPDX-License-Identifier: Apache-2.0
#include "report/condition.hpp"

#include <algorithm>
#include <optional>
#include <vector>

#include <fmt/core.h>

#include "report/html.hpp"

namespace sinew::report {

namespace {
constexpr std::size_t deepest_shown = 24;

/// (word part part …), or a leaf that is text between its parentheses.
struct Term {
    std::string_view head;  ///< and, or, not, …; empty for a leaf
    std::string_view leaf;
    std::vector<Term> parts;
};

class Reader {
  public:
    explicit Reader(std::string_view text) : text_(text) {}

    std::optional<Term> read() {
        std::optional<Term> term = term_at(0);
        skip_blanks();
        return at_ == text_.size() ? term : std::nullopt;
    }

  private:
    void skip_blanks() { at_ = std::min(text_.find_first_not_of(" \n\t", at_), text_.size()); }

    std::string_view word() {
        const std::size_t end = std::min(text_.find_first_of(" ()\n\t", at_), text_.size());
        const std::string_view found = text_.substr(at_, end - at_);
        at_ = end;
        return found;
    }

    std::optional<Term> term_at(std::size_t depth) {
        skip_blanks();
        if (depth > deepest_shown || at_ == text_.size()) return std::nullopt;
        if (text_[at_] != '(') {
            const std::string_view leaf = word();
            return leaf.empty() ? std::nullopt : std::optional<Term>(Term{{}, leaf, {}});
        }
        const std::size_t begin = ++at_;
        skip_blanks();
        const std::string_view head = word();
        if (head == "and" || head == "or" || head == "not" || head == "imply" || head == "xor" || head == "iff")
            return parts_of(head, depth);
        at_ = begin;
        std::size_t open = 1;
        while (at_ < text_.size() && open > 0)
            open += text_[at_] == '(' ? 1 : 0, open -= text_[at_] == ')' ? 1 : 0, ++at_;
        if (open > 0) return std::nullopt;
        return Term{{}, text_.substr(begin, at_ - 1 - begin), {}};
    }

    std::optional<Term> parts_of(std::string_view head, std::size_t depth) {
        Term term{head, {}, {}};
        for (;;) {
            skip_blanks();
            if (at_ == text_.size()) return std::nullopt;
            if (text_[at_] == ')') {
                ++at_;
                return term;
            }
            std::optional<Term> part = term_at(depth + 1);
            if (!part) return std::nullopt;
            term.parts.push_back(std::move(*part));
        }
    }

    std::string_view text_;
    std::size_t at_ = 0;
};

/// Comparisons with the signs that books print.
std::string leaf_html(std::string_view leaf) {
    std::string text(leaf);
    for (const auto& [plain, printed] : {std::pair("<=", "≤"), std::pair(">=", "≥"), std::pair("!=", "≠")})
        for (std::size_t at = text.find(plain); at != std::string::npos; at = text.find(plain, at))
            text.replace(at, 2, printed);
    return "<span class=\"mono\">" + escaped(text) + "</span>";
}

std::string_view heading(std::string_view head) {
    if (head == "and") return "all of";
    if (head == "or") return "at least one of";
    if (head == "not") return "not";
    if (head == "imply") return "the first implies the second";
    return head;
}

std::string term_html(const Term& term) {
    if (term.head.empty()) return leaf_html(term.leaf);
    if (term.parts.size() == 1 && term.head != "not") return term_html(term.parts[0]);
    std::string html = fmt::format("<em>{}</em><ul class=\"cond\">", heading(term.head));
    for (const Term& part : term.parts) html += "<li>" + term_html(part) + "</li>";
    return html + "</ul>";
}
}  // namespace

std::string condition_html(std::string_view text) {
    const std::optional<Term> term = Reader(text).read();
    return term ? term_html(*term) : leaf_html(text);
}

}  // namespace sinew::report
