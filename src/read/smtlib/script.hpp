// SPDX-License-Identifier: Apache-2.0
// An SMT-LIB 2.6 script over linear real arithmetic, as the questions that it asks.
#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "model/query.hpp"
#include "read/smtlib/definitions.hpp"
#include "read/smtlib/operators.hpp"

namespace sinew::read {

enum class SmtCommandKind : std::uint8_t { check_sat, get_model, get_value, echo, exit };

/// What a script asks to be done or printed; declarations and assertions are in the queries.
struct SmtCommand {
    SmtCommandKind kind = SmtCommandKind::check_sat;
    /// The check_sat that it is, or that it speaks of (the last one before it); no_check if there is none.
    std::size_t check = no_check;
    std::string text;                ///< echo: the string
    std::vector<std::string> terms;  ///< get_value: as written

    static constexpr std::size_t no_check = static_cast<std::size_t>(-1);
};

/// A constant that the script declares, and where its value is found.
struct SmtConstant {
    std::string symbol;  ///< as written, with bars where it needs them
    enum class Sort : std::uint8_t { real, integer, boolean } sort = Sort::real;
    Variable variable;
    model::BooleanVariable boolean;
};

/// The value of a term: of `form`, or of the formula `truth`.
struct SmtTerm {
    bool is_number = true;
    bool is_integer = false;  ///< of sort Int
    LinearForm form;
    model::FormulaId truth;
};

/// One check_sat as a query, with all that the script asks about its model.
struct SmtQuery {
    model::Query query;
    std::vector<SmtConstant> constants;  ///< in the order of declaration
    /// For each get_value command of this check, in order: its terms, over the variables and formulas of `query`.
    std::vector<std::vector<SmtTerm>> values;
};

class SmtScript {
  public:
    const std::vector<SmtCommand>& commands() const { return commands_; }
    std::size_t check_count() const { return checks_.size(); }
    /// The logic of set-logic; empty without one.
    const std::string& logic() const { return logic_; }

    /// The query of check number `check`. Equations that define a constant, and if-then-elses that are activations,
    /// become layers of a network; other numeric if-then-elses become free reals with a condition. O(script).
    SmtQuery query(std::size_t check) const;

  private:
    friend class SmtScriptReader;
    friend class SmtQueryBuilder;
    static constexpr std::size_t none = static_cast<std::size_t>(-1);

    /// An assertion, or a declared constant. What is active at a check is a path through these towards older ones.
    struct Assertion {
        std::size_t before = none;
        model::FormulaId formula;
        Variable defined;  ///< valid: the assertion is `defined = form`
        LinearForm form;
    };
    struct Constant {
        std::size_t before = none;
        std::string symbol;
        bool is_number = true;
        Variable variable;
        model::BooleanVariable boolean;
    };
    struct Check {
        std::size_t last_assertion = none;
        std::size_t last_constant = none;
        std::vector<model::FormulaId> assumptions;
        std::vector<std::vector<smtlib::Value>> values;
    };

    std::vector<SmtCommand> commands_;
    std::string logic_;
    std::unique_ptr<model::FormulaStore> formulas_ = std::make_unique<model::FormulaStore>();
    std::unique_ptr<smtlib::Definitions> definitions_ = std::make_unique<smtlib::Definitions>(*formulas_);
    std::size_t boolean_count_ = 0;
    std::vector<Assertion> assertions_;
    std::vector<Constant> constants_;
    std::vector<Check> checks_;
};

/// Reads the script in file `path` (plain or gzip). InputError with line and column for anything that is no script of
/// linear real (or mixed) arithmetic.
SmtScript read_smtlib(const std::filesystem::path& path);

/// Reads the script that `text` is; `file` is its name in messages.
SmtScript parse_smtlib(std::string_view text, const std::string& file);

}  // namespace sinew::read
