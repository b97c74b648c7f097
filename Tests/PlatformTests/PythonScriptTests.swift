import Testing

@testable import Platform

@Suite("A script of Python")
struct PythonScriptTests {
  @Test func findsTheInterpreter() {
    func interpreter(_ text: String) -> String? {
      PythonScript.interpreter(of: Array(text.utf8)[...]).map { String(decoding: $0, as: UTF8.self) }
    }
    #expect(interpreter("#!/v/bin/python3\n# x") == "/v/bin/python3")
    #expect(interpreter("#! /v/bin/python3 -s\n") == "/v/bin/python3")
    #expect(interpreter("#!/usr/bin/env -S python3 -s\n") == "python3")
    #expect(interpreter("#!/bin/sh\n'''exec' \"/a b/python\" \"$0\" \"$@\"\n' '''\n") == "/a b/python")
    #expect(interpreter("#!/bin/sh\n'''exec' /long/python \"$0\" \"$@\"\n' '''\n") == "/long/python")
    #expect(interpreter("\u{7F}ELF") == nil)
    #expect(interpreter("#!\n") == nil)
    #expect(interpreter("") == nil)
  }
}
