// sinew._core: what include/sinew/ offers, for the Python around it.
#include "answers.hpp"
#include "numbers.hpp"
#include "terms.hpp"

namespace sinew::python {

namespace {
/// InputError, UsageError and ContractBreach are classes of their own, which are also what Python expects in their
/// place. They live as long as the interpreter.
void bind_errors(py::module_& module) {
    static const py::handle input = py::exception<InputError>(module, "InputError", PyExc_ValueError).release();
    static const py::handle usage = py::exception<UsageError>(module, "UsageError", PyExc_ValueError).release();
    static const py::handle output = py::exception<OutputError>(module, "OutputError", PyExc_OSError).release();
    static const py::handle breach = py::exception<ContractBreach>(module, "ContractBreach", PyExc_RuntimeError).release();
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
    module.attr("version") = SINEW_VERSION;
}
