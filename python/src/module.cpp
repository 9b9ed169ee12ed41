// SPDX-License-Identifier: Apache-2.0
// sinew._core: what include/sinew/ offers, for the Python around it.
#include <string>

#include "answers.hpp"
#include "numbers.hpp"
#include "terms.hpp"

namespace sinew::python {

namespace {
/// InputError, UsageError and ContractBreach are classes of their own, which are also what Python expects in their
/// place. They live as long as the interpreter.
py::handle error_class(py::module_& module, const char* name, py::handle base, const char* meaning) {
    const std::string full = std::string("sinew.") + name;
    const auto made =
        py::reinterpret_steal<py::object>(PyErr_NewExceptionWithDoc(full.c_str(), meaning, base.ptr(), nullptr));
    if (!made) throw py::error_already_set();
    module.attr(name) = made;
    return py::object(made).release();
}

void bind_errors(py::module_& module) {
    static const py::handle input = error_class(module, "InputError", PyExc_ValueError,
                                                "A file or a text is wrong: its file, line and column say where.");
    static const py::handle usage =
        error_class(module, "UsageError", PyExc_ValueError, "A call asks for what does not exist.");
    static const py::handle output = error_class(module, "OutputError", PyExc_OSError, "A file cannot be written.");
    static const py::handle breach =
        error_class(module, "ContractBreach", PyExc_RuntimeError, "Always an error of sinew itself.");
    py::register_exception_translator([](std::exception_ptr thrown) {
        try {
            if (thrown) std::rethrow_exception(thrown);
        } catch (const InputError& error) {
            py::object raised = input(error.what());
            raised.attr("file") = error.location().file;
            raised.attr("line") = error.location().line;
            raised.attr("column") = error.location().column;
            PyErr_SetObject(input.ptr(), raised.ptr());
        } catch (const UsageError& error) {
            PyErr_SetString(usage.ptr(), error.what());
        } catch (const OutputError& error) {
            PyErr_SetString(output.ptr(), error.what());
        } catch (const ContractBreach& error) {
            PyErr_SetString(breach.ptr(), error.what());
        }
    });
}
}  // namespace

}  // namespace sinew::python

PYBIND11_MODULE(_core, module) {
    using namespace sinew::python;
    module.doc() = "The compiled part of sinew. Use the package sinew; names here may change.";
    bind_errors(module);
    bind_numbers(module);
    bind_terms(module);
    py::enum_<Block::Kind>(module, "BlockKind")
        .value("reals", Block::Kind::reals)
        .value("integers", Block::Kind::integers)
        .value("outputs", Block::Kind::outputs)
        .value("layer", Block::Kind::layer)
        .value("fixed", Block::Kind::fixed);
    bind_answers(module);
    bind_networks(module);
    bind_questions(module);
    bind_models(module);
    bind_training(module);
    bind_certifying(module);
    bind_explaining(module);
    module.attr("version") = SINEW_VERSION;
}
