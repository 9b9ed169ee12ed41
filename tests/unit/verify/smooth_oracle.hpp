// SPDX-License-Identifier: Apache-2.0
// Evaluation of smooth networks by MPFR at 500 bits, in code that shares nothing with what it checks but the model.
#pragma once

#include <memory>
#include <vector>

#include <mpfr.h>

#include "model/query.hpp"

namespace sinew::test {

class BigFloat {
  public:
    BigFloat() { mpfr_init2(value_, 500), mpfr_set_zero(value_, 1); }
    BigFloat(const BigFloat& other) : BigFloat() { mpfr_set(value_, other.value_, MPFR_RNDN); }
    BigFloat& operator=(const BigFloat& other) {
        mpfr_set(value_, other.value_, MPFR_RNDN);
        return *this;
    }
    ~BigFloat() { mpfr_clear(value_); }
    mpfr_ptr get() { return value_; }
    mpfr_srcptr get() const { return value_; }
    void set(const Rational& value) { mpfr_set_q(value_, value.get_mpq_t(), MPFR_RNDN); }
    void add_product(const Rational& factor, const BigFloat& other) {
        BigFloat product;
        mpfr_mul_q(product.get(), other.get(), factor.get_mpq_t(), MPFR_RNDN);
        mpfr_add(value_, value_, product.get(), MPFR_RNDN);
    }
    double to_double() const { return mpfr_get_d(value_, MPFR_RNDN); }

  private:
    mpfr_t value_;
};

inline void activate(const model::Activation& activation, BigFloat& s) {
    using model::ActivationKind;
    switch (activation.kind) {
        case ActivationKind::tanh:
            mpfr_tanh(s.get(), s.get(), MPFR_RNDN);
            break;
        case ActivationKind::sigmoid:
            mpfr_neg(s.get(), s.get(), MPFR_RNDN);
            mpfr_exp(s.get(), s.get(), MPFR_RNDN);
            mpfr_add_ui(s.get(), s.get(), 1, MPFR_RNDN);
            mpfr_ui_div(s.get(), 1, s.get(), MPFR_RNDN);
            break;
        case ActivationKind::relu:
            if (mpfr_sgn(s.get()) < 0) mpfr_set_zero(s.get(), 1);
            break;
        case ActivationKind::hardlim:
            mpfr_set_ui(s.get(), mpfr_sgn(s.get()) >= 0 ? 1 : 0, MPFR_RNDN);
            break;
        case ActivationKind::clip:
            if (mpfr_cmp_si(s.get(), -1) < 0) mpfr_set_si(s.get(), -1, MPFR_RNDN);
            if (mpfr_cmp_si(s.get(), 1) > 0) mpfr_set_si(s.get(), 1, MPFR_RNDN);
            break;
        default:
            break;
    }
}

/// Values of all variables; layers of the kinds that RandomSmoothQuery makes.
inline std::vector<BigFloat> big_values(const model::Network& network, const std::vector<Rational>& inputs) {
    std::vector<BigFloat> values(network.variable_count());
    for (std::size_t l = 0; l < network.layer_count(); ++l) {
        const model::Layer& layer = network.layers()[l];
        for (std::size_t i = 0; i < layer.size; ++i) {
            BigFloat& value = values[layer.first.index() + i];
            if (std::holds_alternative<model::InputLayer>(layer.operation)) value.set(inputs[i]);
            if (std::holds_alternative<model::AffineLayer>(layer.operation)) {
                const LinearForm row = network.affine_form(model::LayerId(l), i);
                value.set(row.constant());
                for (const LinearTerm& term : row.terms())
                    value.add_product(term.coefficient, values[term.variable.index()]);
            }
            if (const auto* operation = std::get_if<model::ActivationLayer>(&layer.operation)) {
                value = values[network.layer(operation->source).first.index() + i];
                activate(operation->activation, value);
            }
        }
    }
    return values;
}

/// How far the formula is from being false (positive) or true (negative): atoms' distances, the least of a
/// conjunction's and the greatest of a disjunction's parts. Values on a boundary count as `on_boundary` where the atom
/// allows it.
template <class Value>
double robustness(const model::Query& query, const std::vector<Value>& values, const std::vector<bool>& booleans,
                  double on_boundary) {
    using model::FormulaKind;
    const std::size_t end = std::max(query.input_condition.index(), query.output_condition.index()) + 1;
    std::vector<double> robust(end);
    for (std::size_t i = 0; i < end; ++i) {
        const model::FormulaNode& node = query.formulas.node(model::FormulaId(i));
        switch (node.kind) {
            case FormulaKind::constant:
                robust[i] = node.value ? 1e300 : -1e300;
                break;
            case FormulaKind::boolean:
                robust[i] = booleans[node.boolean.index()] ? 1e300 : -1e300;
                break;
            case FormulaKind::negation:
                robust[i] = -robust[node.children[0].index()];
                break;
            case FormulaKind::atom: {
                BigFloat sum;
                sum.set(node.atom.form.constant());
                for (const LinearTerm& term : node.atom.form.terms()) {
                    if constexpr (std::is_same_v<Value, BigFloat>) {
                        sum.add_product(term.coefficient, values[term.variable.index()]);
                    } else {
                        BigFloat number;
                        number.set(Rational(values[term.variable.index()]));
                        sum.add_product(term.coefficient, number);
                    }
                }
                const double value = sum.to_double();
                if (node.atom.relation == model::Relation::equal)
                    robust[i] = std::fabs(value) < 1e-120 ? on_boundary : -std::fabs(value);
                else
                    robust[i] = std::fabs(value) < 1e-120
                                    ? (node.atom.relation == model::Relation::less_equal ? on_boundary : -on_boundary)
                                    : -value;
                break;
            }
            case FormulaKind::conjunction:
            case FormulaKind::disjunction: {
                const bool any = node.kind == FormulaKind::disjunction;
                robust[i] = any ? -1e300 : 1e300;
                for (const model::FormulaId child : node.children)
                    robust[i] =
                        any ? std::max(robust[i], robust[child.index()]) : std::min(robust[i], robust[child.index()]);
                break;
            }
        }
    }
    return std::min(robust[query.input_condition.index()], robust[query.output_condition.index()]);
}

}  // namespace sinew::test
