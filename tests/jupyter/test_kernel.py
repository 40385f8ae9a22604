"""The conformance suite that Jupyter's own kernels are held to."""

import unittest

import jupyter_kernel_test


class TypeScriptKernel(jupyter_kernel_test.KernelTests):
    kernel_name = "typescript"
    language_name = "typescript"
    file_extension = ".ts"
    code_hello_world = "console.log('hello, world')"
    code_stderr = "console.error('oops')"
    completion_samples = [
        {"text": "console.lo", "matches": ["log"]},
        {"text": "Math.fl", "matches": {"floor"}},
    ]
    complete_code_samples = ["1", "console.log('hi')", "function f(x: number) { return x; }"]
    incomplete_code_samples = ["function f(x", "if (true) {", "`abc", "/* open"]
    invalid_code_samples = ["let 1 = 2;", "const x = ;"]
    code_inspect_sample = "console.log"
    code_execute_result = [
        {"code": "1 + 2 + 3", "result": "6"},
        {"code": "[1, 2, 3].map((n) => n * n)", "result": "[ 1, 4, 9 ]"},
    ]
    code_display_data = [
        {"code": "display.html('<b>bold</b>')", "mime": "text/html"},
        {"code": "display.svg('<svg></svg>')", "mime": "image/svg+xml"},
        {"code": "display.markdown('*text*')", "mime": "text/markdown"},
        {"code": "display.vegaLite({ mark: 'bar' })", "mime": "application/vnd.vegalite.v5+json"},
    ]
    code_generate_error = "throw new RangeError('wrong')"
    code_history_pattern = "1*3"
    supported_history_operations = ("tail", "range", "search")
    code_clear_output = "clearOutput()"


if __name__ == "__main__":
    unittest.main()
