// SPDX-License-Identifier: Apache-2.0
#include "numbers.hpp"

#include <cmath>
#include <string>

#include <pybind11/stl.h>

namespace sinew::python {

namespace {
/// Python's own long integers: small ones directly, others by their hexadecimal text.
Integer from_long(py::handle value) {
    int overflow = 0;
    const long small = PyLong_AsLongAndOverflow(value.ptr(), &overflow);
    if (overflow == 0) {
        if (small == -1 && PyErr_Occurred() != nullptr) throw py::error_already_set();
        return small;
    }
    const auto text = py::reinterpret_steal<py::object>(PyNumber_ToBase(value.ptr(), 16));
    if (!text) throw py::error_already_set();
    return Integer(text.cast<std::string>(), 0);
}

std::string kind_of(py::handle value) {
    return py::str(py::type::handle_of(value).attr("__name__")).cast<std::string>();
}

Rational from_double(double value) {
    if (std::isnan(value)) throw py::value_error("nan is no number here: numbers are exact and finite");
    if (std::isinf(value))
        throw py::value_error("infinity is no number here: numbers are exact and finite (leave a bound out instead)");
    return Rational(value);
}

Rational from_ratio(py::handle value) {
    py::object ratio;
    try {
        ratio = value.attr("as_integer_ratio")();
    } catch (py::error_already_set& error) {
        if (error.matches(PyExc_ValueError) || error.matches(PyExc_OverflowError))
            throw py::value_error(py::str(value).cast<std::string>() +
                                  " is no number here: numbers are exact and finite");
        throw;
    }
    const auto pair = ratio.cast<py::tuple>();
    Rational result(from_long(pair[0]), from_long(pair[1]));
    result.canonicalize();
    return result;
}
}  // namespace

bool is_number(py::handle value) {
    PyObject* object = value.ptr();
    return PyLong_Check(object) != 0 || PyFloat_Check(object) != 0 ||
           (PyIndex_Check(object) != 0 && !py::hasattr(value, "shape")) ||
           (py::hasattr(value, "as_integer_ratio") && !py::hasattr(value, "__getitem__")) ||
           (py::hasattr(value, "dtype") && py::hasattr(value, "item") && py::hasattr(value, "ndim") &&
            value.attr("ndim").cast<int>() == 0);
}

Rational to_rational(py::handle value) {
    PyObject* object = value.ptr();
    if (PyLong_Check(object) != 0) return from_long(value);
    if (PyFloat_Check(object) != 0) return from_double(PyFloat_AS_DOUBLE(object));
    if (PyUnicode_Check(object) != 0) return decimal(value.cast<std::string>());
    if (py::isinstance<py::array>(value) && value.attr("ndim").cast<int>() == 0)
        return to_rational(value.attr("item")());
    if (py::hasattr(value, "dtype") && value.attr("dtype").attr("kind").cast<std::string>() == "b")
        return value.cast<bool>() ? 1 : 0;
    if (PyIndex_Check(object) != 0 && !py::isinstance<py::array>(value)) {
        const auto index = py::reinterpret_steal<py::object>(PyNumber_Index(object));
        if (!index) throw py::error_already_set();
        return from_long(index);
    }
    if (py::hasattr(value, "as_integer_ratio")) return from_ratio(value);
    if (py::hasattr(value, "numerator") && py::hasattr(value, "denominator") && !py::hasattr(value, "dtype")) {
        Rational result(to_integer(value.attr("numerator")), to_integer(value.attr("denominator")));
        result.canonicalize();
        return result;
    }
    throw py::type_error("a number is expected (int, float, Fraction, Decimal, str), not " + kind_of(value));
}

Integer to_integer(py::handle value) {
    const Rational rational = to_rational(value);
    if (rational.get_den() != 1)
        throw py::type_error("a whole number is expected, not " + py::str(value).cast<std::string>());
    return rational.get_num();
}

py::object to_int(const Integer& value) {
    if (value.fits_slong_p()) return py::reinterpret_steal<py::object>(PyLong_FromLong(value.get_si()));
    return py::reinterpret_steal<py::object>(PyLong_FromString(value.get_str(16).c_str(), nullptr, 16));
}

py::object to_fraction(const Rational& value) {
    // Kept for the life of the interpreter, on purpose: it may not be destroyed after it.
    static const py::handle fraction = py::object(py::module_::import("fractions").attr("Fraction")).release();
    return fraction(to_int(value.get_num()), to_int(value.get_den()));
}

namespace {
template <class Number>
void append(Numbers& numbers, const py::array& array) {
    const auto flat = py::array_t<Number, py::array::c_style | py::array::forcecast>(array);
    const Number* data = flat.data();
    for (py::ssize_t i = 0; i < flat.size(); ++i) {
        if constexpr (std::is_floating_point_v<Number>) {
            if (!std::isfinite(data[i]))
                throw py::value_error("element " + std::to_string(i) + " is " + std::to_string(data[i]) +
                                      ", which is no number here: numbers are exact and finite");
            numbers.values.emplace_back(static_cast<double>(data[i]));
        } else if constexpr (std::is_signed_v<Number>) {
            numbers.values.emplace_back(static_cast<long>(data[i]));
        } else {
            numbers.values.emplace_back(static_cast<unsigned long>(data[i]));
        }
    }
}
}  // namespace

Numbers numbers_of(const py::array& array) {
    Numbers numbers;
    numbers.values.reserve(static_cast<std::size_t>(array.size()));
    const char kind = array.dtype().kind();
    const py::ssize_t size = array.itemsize();
    if (kind == 'f' && size <= 8) {  // float16 and float32 are doubles, too
        append<double>(numbers, array);
    } else if (kind == 'i') {
        append<std::int64_t>(numbers, array);
    } else if (kind == 'u' || kind == 'b') {
        append<std::uint64_t>(numbers, array);
    } else if (kind == 'c') {
        throw py::type_error("complex numbers have no order: a real number is expected");
    } else {
        for (const py::handle element : array.attr("ravel")()) numbers.values.push_back(to_rational(element));
    }
    return numbers;
}

void bind_numbers(py::module_& module) {
    py::class_<Numbers>(module, "Numbers", "Several exact numbers.")
        .def("__len__", [](const Numbers& numbers) { return numbers.values.size(); })
        .def(
            "take",
            [](const Numbers& numbers, const std::vector<std::size_t>& places) {
                Numbers result;
                for (const std::size_t place : places) result.values.push_back(numbers.values.at(place));
                return result;
            },
            py::arg("places"))
        .def("fractions",
             [](const Numbers& numbers) {
                 py::list result;
                 for (const Rational& value : numbers.values) result.append(to_fraction(value));
                 return result;
             })
        .def("floats", [](const Numbers& numbers) {
            py::array_t<double> result(static_cast<py::ssize_t>(numbers.values.size()));
            double* data = result.mutable_data();
            for (std::size_t i = 0; i < numbers.values.size(); ++i) data[i] = to_nearest(numbers.values[i]);
            return result;
        });
    module.def("numbers", &numbers_of, py::arg("array"), "The exact numbers of an array, in C order.");
    module.def(
        "fraction", [](const py::object& value) { return to_fraction(to_rational(value)); }, py::arg("value"),
        "A number as an exact Fraction.");
    module.def(
        "decimal_text", [](const py::object& value, int digits) { return to_decimal(to_rational(value), digits); },
        py::arg("value"), py::arg("digits") = 17,
        "Decimal text: exact where the expansion ends within so many digits, else after a ~.");
}

}  // namespace sinew::python
