// SPDX-License-Identifier: Apache-2.0
#include "terms.hpp"

#include <algorithm>
#include <atomic>

#include <pybind11/operators.h>
#include <pybind11/stl.h>

#include "numbers.hpp"

namespace sinew::python {

std::string Block::name_of(std::size_t symbol) const {
    std::size_t place = symbol - first;
    if (!names.empty()) return names.at(place);
    if (shape.empty()) return name;
    std::string index;
    for (auto extent = shape.rbegin(); extent != shape.rend(); ++extent) {
        index.insert(0, (extent + 1 == shape.rend() ? "[" : ",") + std::to_string(place % *extent));
        place /= *extent;
    }
    return name + index + "]";
}

std::shared_ptr<Block> new_block(Block::Kind kind, std::string name, std::vector<std::size_t> shape) {
    static std::atomic<std::size_t> next{0};
    auto block = std::make_shared<Block>();
    block->kind = kind;
    block->count = 1;
    for (const std::size_t extent : shape) block->count *= extent;
    block->first = next.fetch_add(block->count);
    block->name = std::move(name);
    block->shape = std::move(shape);
    return block;
}

py::tuple shape_of(const Block& block) {
    py::tuple result(block.shape.size());
    for (std::size_t i = 0; i < block.shape.size(); ++i) result[i] = block.shape[i];
    return result;
}

Terms terms_of(const std::shared_ptr<const Block>& block) {
    Terms result{{}, {block}};
    for (std::size_t i = 0; i < block->count; ++i) result.values.push_back(symbol(block->first + i));
    return result;
}

Owners merged(const Owners& left, const Owners& right) {
    if (right.empty() || left == right) return left;
    if (left.empty()) return right;
    Owners result;
    const auto earlier = [](const auto& a, const auto& b) { return a->first < b->first; };
    std::set_union(left.begin(), left.end(), right.begin(), right.end(), std::back_inserter(result), earlier);
    return result;
}

const Block* owner_of(const Owners& owners, std::size_t symbol) {
    auto after = std::upper_bound(owners.begin(), owners.end(), symbol,
                                  [](std::size_t number, const auto& block) { return number < block->first; });
    if (after == owners.begin()) return nullptr;
    const Block* block = (--after)->get();
    return symbol - block->first < block->count ? block : nullptr;
}

namespace {
Truths together(const std::vector<Truth>& members) {
    Truths all;
    for (const Truth& member : members) {
        all.values.push_back(member.value);
        all.owners = merged(all.owners, member.owners);
    }
    return all;
}

const char* const no_truth =
    "a condition is neither true nor false before it is asked: combine conditions by & | ~ instead of and, or, not, "
    "write lower <= x <= upper as (lower <= x) & (x <= upper), and give it to sinew.verify() to have it decided";

enum class Comparison : std::uint8_t { less, less_equal, greater, greater_equal, equal, unequal };

Condition compared(Comparison how, const Expression& left, const Expression& right) {
    switch (how) {
        case Comparison::less:
            return left < right;
        case Comparison::less_equal:
            return left <= right;
        case Comparison::greater:
            return left > right;
        case Comparison::greater_equal:
            return left >= right;
        case Comparison::equal:
            return left == right;
        case Comparison::unequal:
            return left != right;
    }
    return Condition(true);
}

template <class Add>
auto naming(const Owners& owners, Add text) {
    return text([&](std::size_t symbol) {
        const Block* block = owner_of(owners, symbol);
        return block == nullptr ? "#" + std::to_string(symbol) : block->name_of(symbol);
    });
}

/// What arithmetic finds on its other side: an expression, a number, or nothing that it knows.
std::optional<Term> operand(const py::object& other) {
    if (py::isinstance<Term>(other)) return other.cast<Term>();
    if (is_number(other)) return Term{Expression(to_rational(other)), {}};
    return std::nullopt;
}

py::object not_implemented() {
    return py::reinterpret_borrow<py::object>(Py_NotImplemented);
}

py::object comparison(Comparison how, const Term& left, const py::object& other) {
    const std::optional<Term> right =
        py::isinstance<py::str>(other) ? Term{Expression(to_rational(other)), {}} : operand(other);
    if (!right) return not_implemented();
    return py::cast(Truth{compared(how, left.value, right->value), merged(left.owners, right->owners)});
}

void check_lengths(std::size_t left, std::size_t right) {
    if (left != right) throw py::value_error("arrays of different lengths meet: this is an error of sinew");
}

Truths compared_all(Comparison how, const Terms& left, const Terms& right) {
    check_lengths(left.values.size(), right.values.size());
    Truths result{{}, merged(left.owners, right.owners)};
    for (std::size_t i = 0; i < left.values.size(); ++i)
        result.values.push_back(compared(how, left.values[i], right.values[i]));
    return result;
}

Terms from_numbers(const Numbers& numbers) {
    return {{numbers.values.begin(), numbers.values.end()}, {}};
}

void bind_term(py::module_& module) {
    py::class_<Term>(module, "Expression",
                     "A linear expression with exact coefficients, over inputs and outputs of "
                     "networks and variables. Compare expressions to get conditions.")
        .def("__add__",
             [](const Term& a, const py::object& b) {
                 const auto other = operand(b);
                 return other ? py::cast(Term{a.value + other->value, merged(a.owners, other->owners)})
                              : not_implemented();
             })
        .def("__radd__",
             [](const Term& a, const py::object& b) {
                 const auto other = operand(b);
                 return other ? py::cast(Term{a.value + other->value, merged(a.owners, other->owners)})
                              : not_implemented();
             })
        .def("__sub__",
             [](const Term& a, const py::object& b) {
                 const auto other = operand(b);
                 return other ? py::cast(Term{a.value - other->value, merged(a.owners, other->owners)})
                              : not_implemented();
             })
        .def("__rsub__",
             [](const Term& a, const py::object& b) {
                 const auto other = operand(b);
                 return other ? py::cast(Term{other->value - a.value, merged(a.owners, other->owners)})
                              : not_implemented();
             })
        .def("__mul__",
             [](const Term& a, const py::object& b) {
                 if (py::isinstance<Term>(b)) {
                     const auto other = b.cast<Term>();
                     if (terms(other.value).empty()) return py::cast(Term{a.value * constant(other.value), a.owners});
                     if (terms(a.value).empty()) return py::cast(Term{other.value * constant(a.value), other.owners});
                     throw py::type_error("a product of two expressions is not linear: one factor must be a number");
                 }
                 return is_number(b) ? py::cast(Term{a.value * to_rational(b), a.owners}) : not_implemented();
             })
        .def("__rmul__",
             [](const Term& a, const py::object& b) {
                 return is_number(b) ? py::cast(Term{a.value * to_rational(b), a.owners}) : not_implemented();
             })
        .def("__truediv__",
             [](const Term& a, const py::object& b) {
                 if (py::isinstance<Term>(b)) throw py::type_error("a quotient of expressions is not linear");
                 if (!is_number(b)) return not_implemented();
                 const Rational divisor = to_rational(b);
                 if (divisor == 0) {
                     PyErr_SetString(PyExc_ZeroDivisionError, "an expression is divided by zero");
                     throw py::error_already_set();
                 }
                 return py::cast(Term{a.value / divisor, a.owners});
             })
        .def("__neg__",
             [](const Term& a) {
                 return Term{-a.value, a.owners};
             })
        .def("__pos__", [](const Term& a) { return a; })
        .def("__lt__", [](const Term& a, const py::object& b) { return comparison(Comparison::less, a, b); })
        .def("__le__", [](const Term& a, const py::object& b) { return comparison(Comparison::less_equal, a, b); })
        .def("__gt__", [](const Term& a, const py::object& b) { return comparison(Comparison::greater, a, b); })
        .def("__ge__", [](const Term& a, const py::object& b) { return comparison(Comparison::greater_equal, a, b); })
        .def("__eq__", [](const Term& a, const py::object& b) { return comparison(Comparison::equal, a, b); })
        .def("__ne__", [](const Term& a, const py::object& b) { return comparison(Comparison::unequal, a, b); })
        .def("__hash__", [](const py::object& self) { return reinterpret_cast<std::uintptr_t>(self.ptr()) >> 4U; })
        .def("__bool__",
             [](const Term&) -> bool {
                 throw py::type_error("an expression has no truth value: compare it with something");
             })
        .def("__repr__",
             [](const Term& a) {
                 return naming(a.owners, [&](const Naming& names) { return to_text(a.value, names); });
             })
        .def_property_readonly(
            "coefficients",
            [](const Term& a) {
                py::dict result;
                for (const auto& [number, coefficient] : terms(a.value)) {
                    const Block* block = owner_of(a.owners, number);
                    result[py::str(block == nullptr ? "#" + std::to_string(number) : block->name_of(number))] =
                        to_fraction(coefficient);
                }
                return result;
            },
            "Coefficients by name of the variable, exact.")
        .def_property_readonly(
            "constant", [](const Term& a) { return to_fraction(constant(a.value)); },
            "The number that is added, exact.")
        // NumPy's arrays leave operations with expressions to the expressions.
        .attr("__array_ufunc__") = py::none();
}

void bind_truth(py::module_& module) {
    py::class_<Truth>(module, "Condition",
                      "A comparison of expressions, or conditions combined by & | ~. It is "
                      "decided by sinew.verify().")
        .def(
            "__and__",
            [](const Truth& a, const Truth& b) {
                return Truth{a.value && b.value, merged(a.owners, b.owners)};
            },
            py::is_operator())
        .def(
            "__or__",
            [](const Truth& a, const Truth& b) {
                return Truth{a.value || b.value, merged(a.owners, b.owners)};
            },
            py::is_operator())
        .def(
            "__xor__",
            [](const Truth& a, const Truth& b) {
                return Truth{!equivalent(a.value, b.value), merged(a.owners, b.owners)};
            },
            py::is_operator())
        .def(
            "__and__",
            [](const Truth& a, bool b) {
                return Truth{a.value && Condition(b), a.owners};
            },
            py::is_operator())
        .def(
            "__rand__",
            [](const Truth& a, bool b) {
                return Truth{a.value && Condition(b), a.owners};
            },
            py::is_operator())
        .def(
            "__or__",
            [](const Truth& a, bool b) {
                return Truth{a.value || Condition(b), a.owners};
            },
            py::is_operator())
        .def(
            "__ror__",
            [](const Truth& a, bool b) {
                return Truth{a.value || Condition(b), a.owners};
            },
            py::is_operator())
        .def("__invert__",
             [](const Truth& a) {
                 return Truth{!a.value, a.owners};
             })
        .def(
            "implies",
            [](const Truth& a, const Truth& b) {
                return Truth{implies(a.value, b.value), merged(a.owners, b.owners)};
            },
            py::arg("conclusion"), "If this holds, so does the conclusion.")
        .def(
            "equivalent",
            [](const Truth& a, const Truth& b) {
                return Truth{equivalent(a.value, b.value), merged(a.owners, b.owners)};
            },
            py::arg("other"), "Both hold or neither does.")
        .def("__bool__", [](const Truth&) -> bool { throw py::type_error(no_truth); })
        .def("__repr__",
             [](const Truth& a) {
                 return naming(a.owners, [&](const Naming& names) { return to_text(a.value, names); });
             })
        .attr("__array_ufunc__") = py::none();
    py::class_<Truths>(module, "Conditions")
        .def("__len__", [](const Truths& all) { return all.values.size(); })
        .def("__getitem__",
             [](const Truths& all, std::size_t i) {
                 return Truth{all.values.at(i), all.owners};
             })
        .def("all",
             [](const Truths& all) {
                 return Truth{all_of(all.values), all.owners};
             })
        .def("any", [](const Truths& all) {
            return Truth{any_of(all.values), all.owners};
        });
    module.def(
        "all_of",
        [](const std::vector<Truth>& members) {
            const Truths all = together(members);
            return Truth{all_of(all.values), all.owners};
        },
        py::arg("conditions"), "All of them hold; of none: true.");
    module.def(
        "any_of",
        [](const std::vector<Truth>& members) {
            const Truths all = together(members);
            return Truth{any_of(all.values), all.owners};
        },
        py::arg("conditions"), "One of them holds at least; of none: false.");
}

/// Σ_j rows[i][j]·terms[j], for each row.
Terms products(const Numbers& matrix, const Terms& all) {
    const std::size_t columns = all.values.size();
    Terms result{{}, all.owners};
    if (columns == 0) return result;
    for (auto row = matrix.values.begin(); row != matrix.values.end();) {
        const auto end = row + static_cast<std::ptrdiff_t>(columns);
        result.values.push_back(weighted_sum({row, end}, all.values));
        row = end;
    }
    return result;
}

void bind_term_arrays(py::module_& module) {
    py::enum_<Comparison>(module, "Comparison")
        .value("less", Comparison::less)
        .value("less_equal", Comparison::less_equal)
        .value("greater", Comparison::greater)
        .value("greater_equal", Comparison::greater_equal)
        .value("equal", Comparison::equal)
        .value("unequal", Comparison::unequal);
    py::class_<Terms>(module, "Expressions")
        .def(py::init([](const std::vector<Term>& members) {
            Terms result;
            for (const Term& member : members) {
                result.values.push_back(member.value);
                result.owners = merged(result.owners, member.owners);
            }
            return result;
        }))
        .def(py::init(&from_numbers))
        .def("__len__", [](const Terms& all) { return all.values.size(); })
        .def("__getitem__",
             [](const Terms& all, std::size_t i) {
                 return Term{all.values.at(i), all.owners};
             })
        .def("take",
             [](const Terms& all, const std::vector<std::size_t>& places) {
                 Terms result{{}, all.owners};
                 for (const std::size_t place : places) result.values.push_back(all.values.at(place));
                 return result;
             })
        .def("add",
             [](const Terms& a, const Terms& b, int sign) {
                 check_lengths(a.values.size(), b.values.size());
                 Terms result{a.values, merged(a.owners, b.owners)};
                 for (std::size_t i = 0; i < b.values.size(); ++i)
                     if (sign > 0)
                         result.values[i] += b.values[i];
                     else
                         result.values[i] -= b.values[i];
                 return result;
             })
        .def("scaled",
             [](const Terms& a, const Numbers& factors) {
                 check_lengths(a.values.size(), factors.values.size());
                 Terms result = a;
                 for (std::size_t i = 0; i < factors.values.size(); ++i) result.values[i] *= factors.values[i];
                 return result;
             })
        .def("divided",
             [](const Terms& a, const Numbers& divisors) {
                 check_lengths(a.values.size(), divisors.values.size());
                 Terms result = a;
                 for (std::size_t i = 0; i < divisors.values.size(); ++i) {
                     if (divisors.values[i] == 0) {
                         PyErr_SetString(PyExc_ZeroDivisionError, "an expression is divided by zero");
                         throw py::error_already_set();
                     }
                     result.values[i] = result.values[i] / divisors.values[i];
                 }
                 return result;
             })
        .def("sum",
             [](const Terms& all) {
                 return Term{sum(all.values), all.owners};
             })
        .def("products", [](const Terms& all, const Numbers& matrix) { return products(matrix, all); })
        .def("compare", [](const Terms& a, Comparison how, const Terms& b) { return compared_all(how, a, b); });
}
}  // namespace

void bind_terms(py::module_& module) {
    bind_term(module);
    bind_truth(module);
    bind_term_arrays(module);
}

}  // namespace sinew::python
