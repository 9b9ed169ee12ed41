// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>
#include <utility>

#include <fmt/core.h>

#include "base/utf8.hpp"
#include "exact/decimal.hpp"
#include "read/file.hpp"
#include "read/smtlib/definition_of.hpp"
#include "read/smtlib/evaluator.hpp"
#include "read/smtlib/script.hpp"

namespace sinew::read {

using namespace smtlib;

/// Runs through the commands once: keeps the stack of assertions, evaluates terms as they come.
class SmtScriptReader {
  public:
    SmtScriptReader(std::string_view text, const std::string& file)
        : text_(text), reader_(text, file), evaluator_(reader_, *script_.formulas_, *script_.definitions_) {}

    SmtScript read() {
        Sexpr command;
        bool any = false;
        while (!exited_ && reader_.next(command)) {
            any = true;
            run(command);
        }
        if (!any) reader_.fail(text_.size(), "the script has no commands", "(set-logic QF_LRA) …");
        return std::move(script_);
    }

  private:
    using Handler = void (SmtScriptReader::*)(const Sexpr&);
    struct Entry {
        std::string_view name;
        std::size_t least;  ///< arguments
        std::size_t most;
        Handler handler;
    };
    static constexpr std::size_t many = static_cast<std::size_t>(-1);

    void run(const Sexpr& command) {
        static constexpr std::array<Entry, 21> table = {{
            {"set-logic", 1, 1, &SmtScriptReader::set_logic},
            {"set-info", 1, 2, &SmtScriptReader::ignore},
            {"set-option", 1, 2, &SmtScriptReader::ignore},
            {"get-info", 1, 1, &SmtScriptReader::ignore},
            {"get-option", 1, 1, &SmtScriptReader::ignore},
            {"declare-fun", 3, 3, &SmtScriptReader::declare_fun},
            {"declare-const", 2, 2, &SmtScriptReader::declare_const},
            {"define-fun", 4, 4, &SmtScriptReader::define_fun},
            {"define-const", 3, 3, &SmtScriptReader::define_const},
            {"assert", 1, 1, &SmtScriptReader::assert_term},
            {"check-sat", 0, 0, &SmtScriptReader::check_sat},
            {"check-sat-assuming", 1, 1, &SmtScriptReader::check_sat_assuming},
            {"get-model", 0, 0, &SmtScriptReader::get_model},
            {"get-value", 1, 1, &SmtScriptReader::get_value},
            {"push", 0, 1, &SmtScriptReader::push},
            {"pop", 0, 1, &SmtScriptReader::pop},
            {"reset-assertions", 0, 0, &SmtScriptReader::reset_assertions},
            {"reset", 0, 0, &SmtScriptReader::reset_assertions},
            {"echo", 1, 1, &SmtScriptReader::echo},
            {"exit", 0, 0, &SmtScriptReader::exit},
            {"define-fun-rec", 0, many, &SmtScriptReader::unsupported},
        }};
        const std::string_view name = command.head(0);
        if (name.empty()) reader_.fail(command, 0, "this is no command", "such as (assert …)");
        for (const Entry& entry : table) {
            if (entry.name != name) continue;
            const std::size_t arguments = command.child_count(0) - 1;
            if (arguments < entry.least || arguments > entry.most)
                reader_.fail(command, 0,
                             fmt::format("'{}' with {} argument{}", name, arguments, arguments == 1 ? "" : "s"),
                             std::to_string(entry.least));
            (this->*entry.handler)(command);
            return;
        }
        unsupported(command);
    }

    void unsupported(const Sexpr& command) {
        reader_.fail(command, 0, fmt::format("the command '{}' is not supported", printable(command.head(0))),
                     "declare-fun, declare-const, define-fun, assert, check-sat, get-model, get-value, push, pop, …");
    }
    void ignore(const Sexpr&) {}

    void set_logic(const Sexpr& command) {
        static constexpr std::array<std::string_view, 12> known = {"QF_LRA", "QF_LIRA", "QF_LIA",     "QF_RDL",
                                                                   "QF_IDL", "QF_UF",   "LRA",        "LIRA",
                                                                   "LIA",    "ALL",     "QF_AUFLIRA", "QF_UFLRA"};
        const std::size_t logic = argument(command, 1);
        const std::string_view name = command.text(logic);
        if (std::ranges::find(known, name) == known.end())
            reader_.fail(command, logic, fmt::format("the logic '{}' is not supported", printable(name)),
                         "QF_LRA, QF_LIRA or QF_LIA");
        script_.logic_ = name;
        evaluator_.set_numerals(name != "QF_LRA" && name != "QF_RDL" && name != "LRA" && name != "QF_UFLRA");
    }

    Sort sort(const Sexpr& command, std::size_t node) const { return sort_at(reader_, command, node); }

    /// A symbol as it may be written back.
    static std::string written(const Sexpr& command, std::size_t node) {
        const std::string text(command.text(node));
        return command.node(node).kind == SexprKind::quoted_symbol ? "|" + text + "|" : text;
    }

    void declare_fun(const Sexpr& command) {
        const std::size_t parameters = argument(command, 2);
        if (!command.is_list(parameters)) reader_.fail(command, parameters, "no list of sorts", "()");
        if (command.child_count(parameters) != 0)
            reader_.fail(command, parameters, "uninterpreted functions are not part of linear arithmetic",
                         "() : a constant");
        declare(command, argument(command, 3));
    }
    void declare_const(const Sexpr& command) { declare(command, argument(command, 2)); }

    void declare(const Sexpr& command, std::size_t sort_node) {
        const std::size_t name = argument(command, 1);
        const Sort kind = sort(command, sort_node);
        SmtScript::Constant constant;
        constant.before = std::exchange(last_constant_, script_.constants_.size());
        constant.symbol = written(command, name);
        constant.is_number = kind != Sort::boolean;
        Symbol symbol;
        symbol.value.is_number = constant.is_number;
        symbol.value.is_integer = kind == Sort::integer;
        if (constant.is_number) {
            constant.variable = script_.definitions_->declare(std::string(command.text(name)), kind == Sort::integer);
            symbol.value.sum = TermSum(constant.variable);
        } else {
            constant.boolean = model::BooleanVariable(script_.boolean_count_++);
            symbol.value.formula = script_.formulas_->boolean(constant.boolean);
        }
        define(command, name, std::move(symbol));
        script_.constants_.push_back(std::move(constant));
    }

    void define(const Sexpr& command, std::size_t name, Symbol symbol) {
        evaluator_.define(command, name, std::move(symbol));
        declared_.emplace_back(command.text(name));
    }

    void define_fun(const Sexpr& command) { define_as_told(command); }
    void define_const(const Sexpr& command) { define_as_told(command); }
    void define_as_told(const Sexpr& command) {
        define(command, argument(command, 1), definition_of(reader_, evaluator_, command));
    }

    model::FormulaId truth(const Sexpr& command, std::size_t node) {
        const Value value = evaluator_.evaluate(command, node);
        if (value.is_number) reader_.fail(command, node, "a number stands where a Bool is expected", "a condition");
        return value.formula;
    }

    void assert_term(const Sexpr& command) {
        const std::size_t term = argument(command, 1);
        SmtScript::Assertion assertion;
        if (!definition(command, term, assertion)) assertion.formula = truth(command, term);
        assertion.before = std::exchange(last_assertion_, script_.assertions_.size());
        script_.assertions_.push_back(std::move(assertion));
    }

    /// Reads (= constant term) or (= term constant) as the definition of the constant, if it may be one.
    bool definition(const Sexpr& command, std::size_t term, SmtScript::Assertion& assertion) {
        if (command.head(term) != "=" || command.child_count(term) != 3) return false;
        const std::size_t left = command.next_sibling(command.first_child(term));
        const std::size_t right = command.next_sibling(left);
        for (const auto& [name, body] : {std::pair(left, right), std::pair(right, left)}) {
            if (command.is_list(name)) continue;
            const Symbol* symbol = evaluator_.find(command, name);
            if (symbol == nullptr || symbol->macro != nullptr || !symbol->value.is_number) continue;
            const LinearForm self = symbol->value.sum.form();
            // A name of define-fun may stand for x + 1: only a constant itself can be defined here.
            if (self.terms().size() != 1 || self.terms()[0].coefficient != 1 || self.constant() != 0) continue;
            const Variable variable = self.terms()[0].variable;
            if ((*script_.definitions_)[variable].name.empty()) continue;
            Value value = evaluator_.evaluate(command, body);
            if (!value.is_number) reader_.fail(command, body, "a Bool and a number as arguments of '='");
            LinearForm form = value.sum.form();
            assertion.formula = script_.formulas_->atom(self - form, model::Relation::equal);
            if (script_.definitions_->claim(variable, form)) {
                assertion.defined = variable;
                assertion.form = std::move(form);
            }
            return true;
        }
        return false;
    }

    void check_sat(const Sexpr&) { check({}); }

    void check_sat_assuming(const Sexpr& command) {
        const std::size_t list = argument(command, 1);
        if (!command.is_list(list)) reader_.fail(command, list, "no list of literals", "(a (not b) …)");
        std::vector<model::FormulaId> assumptions;
        for (std::size_t at = command.first_child(list); at < command.end(list); at = command.next_sibling(at))
            assumptions.push_back(truth(command, at));
        check(std::move(assumptions));
    }

    void check(std::vector<model::FormulaId> assumptions) {
        SmtScript::Check check;
        check.last_assertion = last_assertion_;
        check.last_constant = last_constant_;
        check.assumptions = std::move(assumptions);
        add_command(SmtCommandKind::check_sat).check = script_.checks_.size();
        script_.checks_.push_back(std::move(check));
    }

    SmtCommand& add_command(SmtCommandKind kind) {
        SmtCommand& command = script_.commands_.emplace_back();
        command.kind = kind;
        if (!script_.checks_.empty()) command.check = script_.checks_.size() - 1;
        return command;
    }

    void get_model(const Sexpr&) { add_command(SmtCommandKind::get_model); }
    void exit(const Sexpr&) {
        add_command(SmtCommandKind::exit);
        exited_ = true;
    }
    void echo(const Sexpr& command) { add_command(SmtCommandKind::echo).text = command.text(argument(command, 1)); }

    void get_value(const Sexpr& command) {
        const std::size_t list = argument(command, 1);
        if (!command.is_list(list) || command.child_count(list) == 0)
            reader_.fail(command, list, "no list of terms", "(term …)");
        if (script_.checks_.empty()) reader_.fail(command, 0, "'get-value' before any check-sat");
        SmtCommand& asked = add_command(SmtCommandKind::get_value);
        std::vector<Value>& values = script_.checks_.back().values.emplace_back();
        for (std::size_t at = command.first_child(list); at < command.end(list); at = command.next_sibling(at)) {
            asked.terms.push_back(source(command, at));
            values.push_back(evaluator_.evaluate(command, at));
        }
    }

    /// The text of a term: from its first byte to its last.
    std::string source(const Sexpr& command, std::size_t node) const {
        if (!command.is_list(node)) return written(command, node);
        const std::size_t begin = command.node(node).offset;
        std::size_t end = begin;
        std::size_t depth = 0;
        bool in_bars = false;
        do {
            const char c = text_[end++];
            if (c == '|') in_bars = !in_bars;
            if (in_bars) continue;
            depth += c == '(' ? 1 : 0;
            depth -= c == ')' ? 1 : 0;
        } while (depth > 0);
        return std::string(text_.substr(begin, end - begin));
    }

    std::size_t levels(const Sexpr& command) const {
        if (command.child_count(0) == 1) return 1;
        const std::size_t node = argument(command, 1);
        const auto count = parse_number(command.text(node));
        if (!count || count->get_den() != 1 || *count < 0 || *count > 1'000'000)
            reader_.fail(command, node, "this is no number of levels", "a numeral");
        return count->get_num().get_ui();
    }

    void push(const Sexpr& command) {
        // (push 1000000) opens a million levels in one entry.
        if (const std::size_t count = levels(command); count > 0)
            levels_.push_back({last_assertion_, last_constant_, declared_.size(), count});
    }

    void pop(const Sexpr& command) {
        for (std::size_t left = levels(command); left > 0;) {
            if (levels_.empty()) reader_.fail(command, 0, "'pop' without a 'push'");
            Level& level = levels_.back();
            const std::size_t closed = std::min(left, level.count);
            left -= closed;
            level.count -= closed;
            return_to(level);
            if (level.count == 0) levels_.pop_back();
        }
    }

    void reset_assertions(const Sexpr&) {
        levels_.clear();
        return_to({});
    }

    struct Level {
        std::size_t last_assertion = SmtScript::none;
        std::size_t last_constant = SmtScript::none;
        std::size_t declared = 0;
        std::size_t count = 0;  ///< how many levels are opened here
    };

    void return_to(const Level& level) {
        last_assertion_ = level.last_assertion;
        last_constant_ = level.last_constant;
        for (; declared_.size() > level.declared; declared_.pop_back()) evaluator_.forget(declared_.back());
    }

    std::string_view text_;
    SexprReader reader_;
    SmtScript script_;
    Evaluator evaluator_;
    std::size_t last_assertion_ = SmtScript::none;
    std::size_t last_constant_ = SmtScript::none;
    std::vector<std::string> declared_;
    std::vector<Level> levels_;
    bool exited_ = false;
};

SmtScript parse_smtlib(std::string_view text, const std::string& file) {
    return SmtScriptReader(text, file).read();
}

SmtScript read_smtlib(const std::filesystem::path& path) {
    const FileContent text = read_text(path.string());
    return parse_smtlib(text, shown_name(path.string()));
}

}  // namespace sinew::read
