// SPDX-License-Identifier: Apache-2.0
#include "base/settings.hpp"

namespace sinew {

void Settings::set(std::string_view engine, std::string_view option, double value) {
    auto values = values_ ? std::make_shared<std::vector<Value>>(*values_) : std::make_shared<std::vector<Value>>();
    values->push_back({std::string(engine), std::string(option), value});
    values_ = std::move(values);
}

std::optional<double> Settings::value(std::string_view engine, std::string_view option) const {
    std::optional<double> found;
    if (values_ != nullptr)
        for (const Value& value : *values_)
            if (value.engine == engine && value.option == option) found = value.value;
    return found;
}

}  // namespace sinew
