// SPDX-License-Identifier: Apache-2.0
#include "read/vnnlib/vnnlib.hpp"

#include <fmt/core.h>

#include "base/error.hpp"
#include "base/number_text.hpp"
#include "base/utf8.hpp"
#include "exact/decimal.hpp"
#include "read/file.hpp"
#include "read/onnx/onnx.hpp"
#include "read/smtlib/definition_of.hpp"
#include "read/smtlib/evaluator.hpp"
#include "read/vnnlib/conditions.hpp"

namespace sinew::read {

namespace vnnlib {
namespace {
/// One side of the network in the text: which of its variables have been declared.
struct Side {
    std::string_view what;
    std::span<const Variable> variables;
    std::vector<bool> declared;
    std::size_t count = 0;
};

/// inf, -Infinity, NaN: what programs print where they have no number.
bool is_no_number(std::string_view word) {
    std::string name(word);
    for (char& c : name) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    if (name.starts_with('-') || name.starts_with('+')) name.erase(0, 1);
    return name == "inf" || name == "infinity" || name == "nan";
}

class TextReader {
  public:
    TextReader(std::string_view text, const std::string& file, std::span<const Variable> inputs,
               std::span<const Variable> outputs, model::Query& query)
        : file_(file),
          reader_(text, file),
          inputs_{"input", inputs, std::vector<bool>(inputs.size(), false)},
          outputs_{"output", outputs, std::vector<bool>(outputs.size(), false)},
          conditions_(query),
          formulas_(query.formulas),
          definitions_(query.formulas),
          evaluator_(reader_, query.formulas, definitions_,
                     smtlib::Dialect{"VNN-LIB 1.0",
                                     {"and", "or", "not", "=>", "xor", "ite", "<", "<=", ">", ">=", "=", "distinct",
                                      "+", "-", "*", "/", "let", "!"},
                                     [this](const Sexpr& in, std::size_t node) { return word(in, node); }}) {}

    void read() {
        bool anything = false;
        while (reader_.next(command_)) {
            anything = true;
            run();
        }
        if (!anything) throw InputError({file_, 0, 0}, "the file is empty", "VNN-LIB declarations and assertions");
        for (const Side* side : {&inputs_, &outputs_})
            if (side->count != side->variables.size())
                throw InputError(
                    {file_, 0, 0},
                    fmt::format("{} of the network's {} {}s are declared: the file belongs to another network",
                                side->count, side->variables.size(), side->what));
        conditions_.finish();
    }

  private:
    void run() {
        const std::string_view head = command_.head(0);
        if (head == "assert") {
            assertion();
        } else if (head == "declare-const" || head == "declare-fun") {
            declaration(head == "declare-fun");
        } else if (head == "define-fun" || head == "define-const") {
            definition();
        } else if (head != "set-logic" && head != "set-info" && head != "set-option" && head != "check-sat" &&
                   head != "get-model" && head != "exit" && head != "vnnlib-version") {
            reader_.fail(command_, 0,
                         head.empty() ? "this is no command"
                                      : fmt::format("the command {} is not one of VNN-LIB 1.0", printable(head)),
                         "declare-const, declare-fun, define-fun or assert");
        }
    }

    /// A name of its own for a term: as in SMT-LIB, but X_0 and its like are names already.
    void definition() {
        smtlib::Symbol symbol = smtlib::definition_of(reader_, evaluator_, command_);
        const std::size_t name = smtlib::argument(command_, 1);
        if (command_.text(name).starts_with("X_") || command_.text(name).starts_with("Y_"))
            reader_.fail(
                command_, name,
                fmt::format("'{}' is an input or output, and cannot be defined", printable(command_.text(name))),
                "another name");
        evaluator_.define(command_, name, std::move(symbol));
    }

    void declaration(bool function) {
        const std::size_t count = command_.child_count(0);
        if (count != (function ? 4U : 3U))
            reader_.fail(command_, 0, "a declaration has another form",
                         function ? "(declare-fun X_0 () Real)" : "(declare-const X_0 Real)");
        const std::size_t name = command_.next_sibling(1);
        std::size_t sort = command_.next_sibling(name);
        if (function) {
            if (!command_.is_list(sort) || command_.child_count(sort) != 0)
                reader_.fail(command_, sort, "a function with arguments is not supported", "()");
            sort = command_.next_sibling(sort);
        }
        if (command_.text(sort) != "Real")
            reader_.fail(command_, sort, fmt::format("the sort {} is not supported", printable(command_.text(sort))),
                         "Real");
        const auto [side, index] = parse_name(command_.text(name), command_, name);
        if (side->declared[index])
            reader_.fail(command_, name, fmt::format("{} is declared twice", command_.text(name)));
        side->declared[index] = true;
        ++side->count;
    }

    /// X_12 is input 12, Y_3 is output 3; X_00 is another symbol than X_0, and names nothing.
    std::pair<Side*, std::size_t> parse_name(std::string_view name, const Sexpr& in, std::size_t node) {
        const bool begins = name.starts_with("X_") || name.starts_with("Y_");
        const bool numbered = begins && name.size() > 2 && name.find_first_not_of("0123456789", 2) == name.npos &&
                              (name[2] != '0' || name.size() == 3);
        if (!numbered && is_no_number(name))
            reader_.fail(in, node, fmt::format("'{}' is no number of VNN-LIB", name),
                         "a decimal number; what has no bound is left out");
        if (!numbered)
            reader_.fail(in, node, fmt::format("'{}' names no input and no output", printable(name)),
                         "X_0, X_1, ... or Y_0, Y_1, ...");
        Side& side = name[0] == 'X' ? inputs_ : outputs_;
        const std::optional<std::uint64_t> index = parse_index(name.substr(2));
        if (!index || *index >= side.variables.size())
            reader_.fail(in, node,
                         fmt::format("{}: the network has {} {}s", printable(name), side.variables.size(), side.what));
        return {&side, *index};
    }

    Variable variable(std::string_view name, const Sexpr& in, std::size_t node) {
        const auto [side, index] = parse_name(name, in, node);
        if (!side->declared[index]) reader_.fail(in, node, fmt::format("{} is not declared", name));
        return side->variables[index];
    }

    void assertion() {
        if (command_.child_count(0) != 2) reader_.fail(command_, 0, "assert takes one formula");
        const std::size_t root = command_.next_sibling(1);
        if (simple_bound(root)) return;
        const smtlib::Value value = evaluator_.evaluate(command_, root);
        if (value.is_number) reader_.fail(command_, root, "this is a number", "a formula");
        conditions_.add(value.formula);
    }

    /// The exact number a word is, absent for other words. Fails for numbers that a few characters make huge.
    std::optional<Rational> number(const Sexpr& in, std::size_t node) const {
        if (in.node(node).kind != SexprKind::word) return std::nullopt;
        const std::string_view text = in.text(node);
        std::optional<Rational> value = parse_number(text);
        if (value && outgrows(*value, text))
            reader_.fail(in, node, fmt::format("the number {} is too large or too small", printable(text)));
        return value;
    }

    /// `in` is the command at hand, or the definition whose body is put in its place.
    smtlib::Value word(const Sexpr& in, std::size_t node) {
        const SexprKind kind = in.node(node).kind;
        const std::string_view text = in.text(node);
        if (kind == SexprKind::string) reader_.fail(in, node, "a string has no place in a formula");
        if (kind == SexprKind::word && (text == "true" || text == "false"))
            return {false, false, formulas_.constant(text == "true"), {}};
        if (std::optional<Rational> value = number(in, node))
            return {true, false, {}, smtlib::TermSum(*std::move(value))};
        return {true, false, {}, smtlib::TermSum(variable(text, in, node))};
    }

    /// (<= X_0 0.5) and the like, which large files are full of, without building a formula.
    bool simple_bound(std::size_t root) {
        const std::string_view head = command_.head(root);
        if ((head != "<=" && head != ">=") || command_.end(root) != root + 4) return false;
        const std::size_t left = root + 2;
        const std::size_t right = root + 3;
        if (command_.node(left).kind != SexprKind::word || command_.node(right).kind != SexprKind::word) return false;
        const bool turned = command_.text(right).starts_with("X_");
        if (!turned && !command_.text(left).starts_with("X_")) return false;
        const std::optional<Rational> value = number(command_, turned ? left : right);
        if (!value) return false;
        const std::size_t name = turned ? right : left;
        const Variable input = variable(command_.text(name), command_, name);
        conditions_.bound(input, (head == "<=") != turned ? Bound::upper : Bound::lower, *value);
        return true;
    }

    const std::string& file_;
    SexprReader reader_;
    Side inputs_;
    Side outputs_;
    Sexpr command_;
    Conditions conditions_;
    model::FormulaStore& formulas_;
    smtlib::Definitions definitions_;
    smtlib::Evaluator evaluator_;
};
}  // namespace
}  // namespace vnnlib

void parse_vnnlib(std::string_view text, const std::string& file, std::span<const Variable> inputs,
                  std::span<const Variable> outputs, model::Query& query) {
    vnnlib::TextReader(text, file, inputs, outputs, query).read();
}

std::vector<model::Domain> vnnlib_domains(std::string_view text, const std::string& file, std::size_t input_count) {
    // Outputs are variables that nothing is known of: as many as there are numbers.
    std::size_t output_count = 0;
    for (std::size_t at = text.find("Y_"); at != std::string_view::npos; at = text.find("Y_", at + 2)) {
        const std::size_t end = text.find_first_not_of("0123456789", at + 2);
        const std::optional<std::uint64_t> index =
            parse_index(text.substr(at + 2, end == std::string_view::npos ? end : end - at - 2));
        if (index && *index < largest_file) output_count = std::max<std::size_t>(output_count, *index + 1);
    }
    model::Query query;
    query.network.add_input("X", {input_count});
    query.network.add_input("Y", {output_count});
    const std::vector<Variable> variables = query.network.input_variables();
    const std::span<const Variable> all(variables);
    parse_vnnlib(text, file, all.first(input_count), all.subspan(input_count), query);
    std::vector<model::Domain> domains = model::demanded_domains(query);
    domains.resize(input_count);
    return domains;
}

model::Query read_verification_query(const std::string& onnx_path, const std::string& vnnlib_path) {
    const FileContent text = read_text(vnnlib_path);
    OnnxNetwork network = read_onnx_inside(onnx_path, {TrailingSoftmax::skip}, [&](const UnboundedSteps& steps) {
        return vnnlib_domains(text, vnnlib_path, steps.input_count());
    });
    parse_vnnlib(text, vnnlib_path, network.inputs, network.outputs, network.query);
    if (!network.skipped_softmax.empty() && !vnnlib::only_compares_outputs(network.query))
        throw InputError({vnnlib_path, 0, 0},
                         fmt::format("an assertion does more than compare two outputs with each other, and the network "
                                     "ends in a softmax, which is not piecewise linear ({})",
                                     network.skipped_softmax.front()));
    return std::move(network.query);
}

}  // namespace sinew::read
