// SPDX-License-Identifier: Apache-2.0
#include "oracle/z3_encoding.hpp"

#include <z3++.h>

#include "base/error.hpp"

namespace sinew::oracle {

namespace {
class Encoding {
  public:
    Encoding(z3::context& context, const Sketch& sketch) : context_(context), sketch_(sketch), assertions_(context) {
        for (std::size_t b = 0; b < sketch.booleans; ++b)
            booleans_.push_back(context.bool_const(("p" + std::to_string(b)).c_str()));
        for (std::size_t l = 0; l < sketch.layers.size(); ++l) add_layer(l, sketch.layers[l]);
        const std::vector<Place> places = input_places(sketch);
        for (std::size_t i = 0; i < places.size(); ++i) add_domain(at(places[i]), sketch.domains[i], i);
        assertions_.push_back(formula(sketch.input_condition));
        assertions_.push_back(formula(sketch.output_condition));
    }

    const z3::expr_vector& assertions() const { return assertions_; }
    const z3::expr& at(Place place) const { return layers_[place.layer][place.index]; }
    const std::vector<z3::expr>& booleans() const { return booleans_; }
    z3::expr number(const Rational& value) const { return context_.real_val(value.get_str().c_str()); }
    z3::expr sum(const std::vector<Term>& terms) const {
        z3::expr result = context_.real_val(0);
        for (const Term& term : terms) result = result + number(term.coefficient) * at(term.place);
        return result;
    }

  private:
    z3::expr zero() const { return context_.real_val(0); }
    z3::expr real(const std::string& name) const { return context_.real_const(name.c_str()); }

    void add_layer(std::size_t l, const LayerSketch& layer) {
        layers_.emplace_back();
        for (std::size_t i = 0; i < layer.size; ++i) {
            const z3::expr component = real("v" + std::to_string(l) + "_" + std::to_string(i));
            if (layer.kind != LayerKind::input) assertions_.push_back(component == meaning(layer, i));
            layers_.back().push_back(component);
        }
    }

    z3::expr meaning(const LayerSketch& layer, std::size_t i) const {
        if (layer.kind == LayerKind::activation) return activation(layer.activation, layers_[layer.source][i]);
        if (layer.kind == LayerKind::max_pool) {
            z3::expr best = layers_[layer.source][layer.windows[i][0]];
            for (const std::size_t member : layer.windows[i]) {
                const z3::expr& other = layers_[layer.source][member];
                best = z3::ite(other > best, other, best);
            }
            return best;
        }
        z3::expr result = number(layer.bias[i]);
        for (const Source& source : layer.sources)
            for (std::size_t c = 0; c < source.weights[i].size(); ++c)
                if (source.weights[i][c] != 0)
                    result = result + number(source.weights[i][c]) * layers_[source.layer][c];
        return result;
    }

    z3::expr activation(const model::Activation& activation, const z3::expr& s) const {
        using model::ActivationKind;
        switch (activation.kind) {
            case ActivationKind::identity:
                return s;
            case ActivationKind::relu:
                return z3::ite(s >= zero(), s, zero());
            case ActivationKind::leaky_relu:
                return z3::ite(s >= zero(), s, number(activation.slope) * s);
            case ActivationKind::clip: {
                z3::expr result = s;
                if (activation.lower)
                    result = z3::ite(result < number(*activation.lower), number(*activation.lower), result);
                if (activation.upper)
                    result = z3::ite(result > number(*activation.upper), number(*activation.upper), result);
                return result;
            }
            case ActivationKind::sign:
                return z3::ite(s >= zero(), context_.real_val(1), context_.real_val(-1));
            case ActivationKind::signum:
                return z3::ite(s > zero(), context_.real_val(1), z3::ite(s < zero(), context_.real_val(-1), zero()));
            case ActivationKind::hardlim:
                return z3::ite(s >= zero(), context_.real_val(1), zero());
            default:
                throw ContractBreach("the oracle knows piecewise-linear activations only");
        }
    }

    void add_domain(const z3::expr& x, const DomainSketch& domain, std::size_t i) {
        if (domain.integer) {
            const z3::expr whole = context_.int_const(("i" + std::to_string(i)).c_str());
            assertions_.push_back(x == z3::to_real(whole));
        }
        if (domain.lower) assertions_.push_back(x >= number(*domain.lower));
        if (domain.upper) assertions_.push_back(x <= number(*domain.upper));
        if (domain.values.empty()) return;
        z3::expr any = context_.bool_val(false);
        for (const Rational& value : domain.values) any = any || x == number(value);
        assertions_.push_back(any);
    }

    z3::expr atom(const FormulaSketch& sketch) const {
        const z3::expr left = sum(sketch.terms);
        const z3::expr right = number(sketch.right);
        switch (sketch.comparison) {
            case Comparison::less:
                return left < right;
            case Comparison::less_equal:
                return left <= right;
            case Comparison::equal:
                return left == right;
            case Comparison::greater_equal:
                return left >= right;
            case Comparison::greater:
                return left > right;
            case Comparison::distinct:
                return left != right;
        }
        throw ContractBreach("an atom has a comparison");
    }

    z3::expr formula(const FormulaSketch& sketch) const {
        z3::expr_vector children(context_);
        for (const FormulaSketch& child : sketch.children) children.push_back(formula(child));
        switch (sketch.kind) {
            case Connective::constant:
                return context_.bool_val(sketch.value);
            case Connective::boolean:
                return booleans_[sketch.boolean];
            case Connective::atom:
                return atom(sketch);
            case Connective::negation:
                return !children[0];
            case Connective::conjunction:
                return z3::mk_and(children);
            case Connective::disjunction:
                return z3::mk_or(children);
            case Connective::implication:
                return z3::implies(children[0], children[1]);
            case Connective::equivalence:
                return children[0] == children[1];
            case Connective::exclusive_or:
                return children[0] != children[1];
            case Connective::choice:
                return z3::ite(children[0], children[1], children[2]);
        }
        throw ContractBreach("a formula has a connective");
    }

    z3::context& context_;
    const Sketch& sketch_;
    z3::expr_vector assertions_;
    std::vector<std::vector<z3::expr>> layers_;
    std::vector<z3::expr> booleans_;
};

Rational fraction(const z3::expr& value) {
    Rational result(Integer(value.numerator().get_decimal_string(0)),
                    Integer(value.denominator().get_decimal_string(0)));
    result.canonicalize();
    return result;
}

void find_atoms(FormulaSketch& formula, std::vector<FormulaSketch*>& atoms) {
    if (formula.kind == Connective::atom) atoms.push_back(&formula);
    for (FormulaSketch& child : formula.children) find_atoms(child, atoms);
}
}  // namespace

Z3Answer ask_z3(const Sketch& sketch, unsigned milliseconds) {
    z3::context context;
    const Encoding encoding(context, sketch);
    z3::solver solver(context);
    solver.set("timeout", milliseconds);
    solver.add(encoding.assertions());
    Z3Answer answer;
    const z3::check_result result = solver.check();
    if (result == z3::unsat) answer.status = model::Status::unsat;
    if (result != z3::sat) return answer;
    answer.status = model::Status::sat;
    const z3::model z3_model = solver.get_model();
    for (const Place& place : input_places(sketch))
        answer.inputs.push_back(fraction(z3_model.eval(encoding.at(place), true)));
    for (const z3::expr& boolean : encoding.booleans())
        answer.booleans.push_back(z3_model.eval(boolean, true).is_true());
    return answer;
}

std::optional<Z3Infimum> z3_infimum(const Sketch& sketch, const std::vector<Term>& form, unsigned milliseconds) {
    z3::context context;
    const Encoding encoding(context, sketch);
    z3::optimize optimize(context);
    z3::params params(context);
    params.set("timeout", milliseconds);
    optimize.set(params);
    for (const z3::expr& assertion : encoding.assertions()) optimize.add(assertion);
    const auto handle = optimize.minimize(encoding.sum(form));
    try {
        if (optimize.check() != z3::sat) return std::nullopt;
        // Coefficients of infinity, of 1 and of the infinitesimal.
        const z3::expr_vector parts(context, Z3_optimize_get_lower_as_vector(context, optimize, handle.h()));
        Z3Infimum infimum;
        infimum.finite = fraction(parts[0]) == 0;
        if (infimum.finite) infimum.value = fraction(parts[1]);
        infimum.attained = infimum.finite && fraction(parts[2]) == 0;
        return infimum;
    } catch (const z3::exception&) {
        return std::nullopt;
    }
}

std::string z3_script(const Sketch& sketch) {
    z3::context context;
    const Encoding encoding(context, sketch);
    z3::solver solver(context);
    solver.add(encoding.assertions());
    return solver.to_smt2();
}

bool sharpen(Sketch& sketch, std::uint64_t which, unsigned milliseconds) {
    std::vector<FormulaSketch*> atoms;
    find_atoms(sketch.output_condition, atoms);
    if (atoms.empty()) return false;
    FormulaSketch& atom = *atoms[which % atoms.size()];
    Sketch rest = sketch;
    rest.output_condition = {};  // an exact optimum of one atom's form under the input condition and the domains
    z3::context context;
    const Encoding encoding(context, rest);
    z3::optimize optimize(context);
    z3::params params(context);
    params.set("timeout", milliseconds);
    optimize.set(params);
    for (const z3::expr& assertion : encoding.assertions()) optimize.add(assertion);
    const bool maximize = atom.comparison == Comparison::greater || atom.comparison == Comparison::greater_equal ||
                          atom.comparison == Comparison::distinct;
    const z3::expr form = encoding.sum(atom.terms);
    const auto handle = maximize ? optimize.maximize(form) : optimize.minimize(form);
    try {
        if (optimize.check() != z3::sat) return false;
        const z3::expr best = maximize ? optimize.upper(handle) : optimize.lower(handle);
        if (!best.is_numeral()) return false;  // infinite, or approached and never reached
        atom.right = fraction(best);
    } catch (const z3::exception&) {
        return false;
    }
    return true;
}

}  // namespace sinew::oracle
