// SPDX-License-Identifier: Apache-2.0
// Python's numbers as exact ones, and back as Fraction.
#pragma once

#include <vector>

#include <pybind11/numpy.h>
#include <pybind11/pybind11.h>
#include <sinew/number.hpp>

namespace sinew::python {

namespace py = pybind11;

/// int, Fraction, Decimal, float, NumPy's scalars: their exact value; str as decimal(). ValueError for nan and
/// infinities, TypeError for what is no number.
Rational to_rational(py::handle value);
Integer to_integer(py::handle value);  ///< TypeError for what is no whole number
/// Whether to_rational() would know what to do with it (a text is none, in arithmetic).
bool is_number(py::handle value);

py::object to_fraction(const Rational& value);
py::object to_int(const Integer& value);

/// Several numbers, exact. Made from an array once, used often.
struct Numbers {
    std::vector<Rational> values;
};
/// float64, float32 and float16 exactly, whole numbers, Booleans as 0 and 1; of other kinds each element as
/// to_rational() has it. In C order.
Numbers numbers_of(const py::array& array);

void bind_numbers(py::module_& module);

}  // namespace sinew::python
