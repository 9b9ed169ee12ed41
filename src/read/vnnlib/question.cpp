// SPDX-License-Identifier: Apache-2.0
#include "read/vnnlib/question.hpp"

#include <algorithm>
#include <optional>

#include <fmt/core.h>

#include "base/error.hpp"
#include "base/join.hpp"
#include "base/number_text.hpp"
#include "base/utf8.hpp"
#include "read/file.hpp"
#include "read/vnnlib/assembly.hpp"
#include "read/vnnlib/assertions.hpp"
#include "read/vnnlib/conditions.hpp"
#include "read/vnnlib/translation.hpp"

namespace sinew::read {

namespace vnnlib {
namespace {
using model::TensorRole;

/// The text alone: what it declares and asserts.
class StandardReader {
  public:
    StandardReader(std::string_view text, const std::string& file, std::vector<std::string>* told)
        : file_(file),
          reader_(text, file),
          notes_(reader_, told),
          declarations_(reader_, notes_),
          assertions_(reader_, declarations_, notes_) {}

    StandardQuestion read(const std::vector<NetworkFile>& files) {
        read_text();
        StandardQuestion question;
        model::Query& query = question.query;
        EqualInputs inputs = equal_inputs();
        Assembly assembly(reader_, notes_, declarations_, inputs, files);
        assembly.build(query);
        Translation translation(reader_, declarations_, assertions_, inputs, assembly.variables(), query);
        Conditions conditions(query);
        set_domains(inputs, assembly.variables(), conditions, query);
        for (const model::FormulaId part : parts_) conditions.add(translation.translate(part));
        conditions.finish();
        assembly.check_softmax(query);
        question.declared = assembly.take_declared();
        return question;
    }

  private:
    void read_text() {
        Sexpr command;
        bool has_version = false;
        while (reader_.next(command)) {
            const std::string_view head = command.head(0);
            if (head == "vnnlib-version") {
                if (has_version || !declarations_.networks.empty())
                    reader_.fail(command, 0, "the version stands in front of all else, once");
                has_version = true;
                version(command);
            } else if (head == "declare-network") {
                if (has_assertion_)
                    notes_.tell(command.node(0).offset, "VNN-LIB 2.0 declares all networks before it asserts anything");
                declarations_.add(command);
            } else if (head == "assert") {
                has_assertion_ = true;
                assertions_.add(command);
            } else {
                reader_.fail(command, 0,
                             head.empty() ? "this is no command"
                                          : fmt::format("{} is no command of VNN-LIB 2.0", printable(head)),
                             "declare-network or assert");
            }
        }
        if (declarations_.networks.empty())
            throw InputError({file_, 0, 0}, "the text declares no network", "(declare-network …)");
        if (!has_version) notes_.tell(0, "VNN-LIB 2.0 begins with (vnnlib-version <2.0>)");
    }

    void version(const Sexpr& command) const {
        std::string text;
        for (std::size_t node = command.next_sibling(1); node < command.end(0); node = command.next_sibling(node))
            text += command.text(node);
        const std::size_t point = text.find('.');
        const bool is_version =
            text.size() > 4 && text.front() == '<' && text.back() == '>' && point != std::string::npos;
        const auto major = is_version ? parse_count(std::string_view(text).substr(1, point - 1)) : std::nullopt;
        if (!major) reader_.fail(command, 0, "this names no version", "(vnnlib-version <2.0>)");
        if (*major != 2)
            reader_.fail(command, 0, fmt::format("version {} of VNN-LIB cannot be read with networks of its own", text),
                         "<2.0>");
    }

    /// The inputs that parts of the text make one, and their bounds; the other parts are left in parts_.
    EqualInputs equal_inputs() {
        std::vector<bool> is_whole(declarations_.element_count, false);
        for (const TensorPlace& place : declarations_.places)
            if (declarations_.tensor(place).role == TensorRole::input &&
                model::is_integer_type(declarations_.tensor(place).type))
                std::fill_n(is_whole.begin() + static_cast<std::ptrdiff_t>(place.first), place.count, true);
        EqualInputs inputs(declarations_.element_count, is_whole);
        for (const TensorPlace& place : declarations_.places)
            if (is_whole[place.first]) bound_by_type(place, inputs);
        for (const ElementBound& bound : assertions_.bounds)
            inputs.bound(bound.element, bound.is_lower, bound.is_upper, bound.value);
        for (const model::FormulaId part : assertions_.parts) {
            const model::FormulaNode& node = assertions_.formulas.node(part);
            if (node.kind == model::FormulaKind::conjunction) {
                add_conjuncts(part, inputs);
                continue;
            }
            if (!absorbed(node, inputs)) parts_.push_back(part);
        }
        join_opposites(inputs);
        bound_by_parts(inputs);
        return inputs;
    }

    void add_conjuncts(model::FormulaId conjunction, EqualInputs& inputs) {
        for (const model::FormulaId part : model::conjuncts(assertions_.formulas, conjunction))
            if (!absorbed(assertions_.formulas.node(part), inputs)) parts_.push_back(part);
    }

    bool compares_inputs(const model::Atom& atom, std::size_t count) const {
        return atom.form.terms().size() == count && std::ranges::all_of(atom.form.terms(), [&](const LinearTerm& term) {
                   return term.variable.index() < first_product && declarations_.is_input(term.variable.index());
               });
    }

    /// Whether classes and bounds say all that the formula says.
    bool absorbed(const model::FormulaNode& node, EqualInputs& inputs) const {
        if (node.kind != model::FormulaKind::atom || node.atom.relation == model::Relation::less) return false;
        const bool is_equal = node.atom.relation == model::Relation::equal;
        if (is_equal && compares_inputs(node.atom, 2)) return inputs.join(node.atom.form);
        if (!compares_inputs(node.atom, 1)) return false;
        const LinearTerm& term = node.atom.form.terms()[0];
        const bool is_upper = term.coefficient > 0;
        inputs.bound(term.variable.index(), is_equal || !is_upper, is_equal || is_upper,
                     -node.atom.form.constant() / term.coefficient);
        return true;
    }

    /// x ≥ y bounds x where y has a bound: engines want boxes.
    void bound_by_parts(EqualInputs& inputs) const {
        constexpr int most_rounds = 10;
        std::vector<LinearForm> sums;  // at most 0
        for (const model::FormulaId part : parts_) {
            const model::FormulaNode& node = assertions_.formulas.node(part);
            if (node.kind != model::FormulaKind::atom || !compares_inputs(node.atom, node.atom.form.terms().size()))
                continue;
            sums.push_back(node.atom.form);
            if (node.atom.relation != model::Relation::equal) continue;
            sums.push_back(node.atom.form);
            sums.back().scale(-1);
        }
        for (int round = 0; round < most_rounds; ++round) {
            bool is_new = false;
            for (const LinearForm& sum : sums) is_new = inputs.bound_by(sum) || is_new;
            if (!is_new) break;
        }
    }

    /// x ≤ y and y ≤ x.
    void join_opposites(EqualInputs& inputs) {
        std::map<std::pair<Variable, Variable>, std::vector<std::size_t>> by_inputs;  // places in parts_
        for (std::size_t i = 0; i < parts_.size(); ++i) {
            const model::FormulaNode& node = assertions_.formulas.node(parts_[i]);
            if (node.kind != model::FormulaKind::atom || node.atom.relation != model::Relation::less_equal ||
                !compares_inputs(node.atom, 2))
                continue;
            by_inputs[{node.atom.form.terms()[0].variable, node.atom.form.terms()[1].variable}].push_back(i);
        }
        std::vector<bool> is_joined(parts_.size(), false);
        for (const auto& [pair, places] : by_inputs) {
            if (places.size() != 2) continue;
            const LinearForm& form = assertions_.formulas.node(parts_[places[0]]).atom.form;
            LinearForm other = assertions_.formulas.node(parts_[places[1]]).atom.form;
            other.scale(-abs(form.terms()[0].coefficient / other.terms()[0].coefficient));
            if (other == form && inputs.join(form)) is_joined[places[0]] = is_joined[places[1]] = true;
        }
        std::size_t i = 0;
        std::erase_if(parts_, [&](model::FormulaId) { return is_joined[i++]; });
    }

    void bound_by_type(const TensorPlace& place, EqualInputs& inputs) const {
        const std::string& type = declarations_.tensor(place).type;
        const bool is_signed = type.starts_with("int");
        const std::size_t digits = type.find_first_of("0123456789");
        const std::uint64_t bits =
            digits == std::string::npos ? 1 : *parse_count(std::string_view(type).substr(digits));
        const Rational half = Rational(Integer(1) << (bits - 1));
        for (std::size_t e = place.first; e < place.first + place.count; ++e) {
            inputs.bound(e, true, false, is_signed ? Rational(-half) : Rational(0));
            inputs.bound(e, false, true, is_signed ? Rational(half - 1) : Rational(2 * half - 1));
        }
    }

    static void set_domains(EqualInputs& inputs, const std::vector<Variable>& variables, Conditions& conditions,
                            model::Query& query) {
        bool contradicts = inputs.contradicts();
        for (std::size_t e = 0; e < variables.size(); ++e) {
            if (!variables[e].valid() || !query.network.is_input(variables[e]) || !inputs.is_representative(e))
                continue;
            model::Domain domain = inputs.domain(e);
            const bool is_whole = domain.kind == model::DomainKind::integer;
            if (is_whole && domain.lower) domain.lower = Rational(ceil(*domain.lower));
            if (is_whole && domain.upper) domain.upper = Rational(floor(*domain.upper));
            if (domain.lower && domain.upper && *domain.lower > *domain.upper) {
                contradicts = true;
                continue;
            }
            if (is_whole || domain.lower || domain.upper) query.domains.emplace_back(variables[e], std::move(domain));
        }
        if (contradicts) conditions.add(query.formulas.constant(false));
    }

    const std::string& file_;
    SexprReader reader_;
    Notes notes_;
    Declarations declarations_;
    Assertions assertions_;
    bool has_assertion_ = false;
    std::vector<model::FormulaId> parts_;  ///< that no class and no bound says
};
}  // namespace
}  // namespace vnnlib

bool is_vnnlib2(std::string_view text) {
    try {
        SexprReader reader(text, "");
        Sexpr first;
        if (!reader.next(first)) return false;
        if (first.head(0) == "declare-network") return true;
        if (first.head(0) != "vnnlib-version") return false;
        std::string version;
        for (std::size_t node = first.next_sibling(1); node < first.end(0); node = first.next_sibling(node))
            version += first.text(node);
        return !version.starts_with("<1.");
    } catch (const InputError&) {
        return false;  // the reader of 1.0 says what is wrong
    }
}

StandardQuestion parse_vnnlib2(std::string_view text, const std::string& name, const std::vector<NetworkFile>& files,
                               std::vector<std::string>* notes) {
    return vnnlib::StandardReader(text, name, notes).read(files);
}

StandardQuestion read_vnnlib2(const std::string& path, const std::vector<NetworkFile>& files,
                              std::vector<std::string>* notes) {
    const FileContent text = read_text(path);
    return parse_vnnlib2(text, shown_name(path), files, notes);
}

}  // namespace sinew::read
