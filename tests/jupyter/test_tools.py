"""Jupyter's tools against the installed kernelspec: each as its user would call it."""

import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
import unittest
import urllib.request

import nbformat
from jupyter_client import KernelManager
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, CellTimeoutError

KERNEL = "typescript"


def notebook(*cells):
    made = nbformat.v4.new_notebook(
        metadata={"kernelspec": {"name": KERNEL, "display_name": "TypeScript", "language": "typescript"}}
    )
    made.cells = [
        nbformat.v4.new_code_cell(cell, metadata={}) if isinstance(cell, str) else cell for cell in cells
    ]
    return made


def tool(*arguments, **options):
    return subprocess.run(
        [sys.executable, "-m", *arguments], capture_output=True, text=True, timeout=120, **options
    )


class Tools(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = folder.name

    def write(self, name, made):
        file = os.path.join(self.folder, name)
        nbformat.write(made, file)
        return file

    def test_nbclient(self):
        made = notebook("const n: number = 20;", "console.log(n);\nn + 1", "display.html('<b>x</b>')")
        NotebookClient(made, kernel_name=KERNEL, timeout=60).execute()
        printed, result = made.cells[1].outputs
        self.assertEqual(printed.text, "20\n")
        self.assertEqual(result.data["text/plain"], "21")
        self.assertEqual(made.cells[2].outputs[0].data["text/html"], "<b>x</b>")

    def test_nbclient_stops_at_an_error(self):
        made = notebook("throw new TypeError('no')", "1")
        with self.assertRaises(CellExecutionError) as caught:
            NotebookClient(made, kernel_name=KERNEL, timeout=60).execute()
        self.assertEqual((caught.exception.ename, caught.exception.evalue), ("TypeError", "no"))
        NotebookClient(notebook("throw 1", "2"), kernel_name=KERNEL, allow_errors=True).execute()

    def test_nbclient_interrupts_what_takes_too_long(self):
        made = notebook("let kept = 1;", "while (true) {}", "kept")
        client = NotebookClient(
            made, kernel_name=KERNEL, timeout=10, interrupt_on_timeout=True, allow_errors=True
        )
        client.execute()
        self.assertEqual(made.cells[1].outputs[0].ename, "KeyboardInterrupt")
        self.assertEqual(made.cells[2].outputs[0].data["text/plain"], "1")

    def test_nbconvert(self):
        file = self.write("in.ipynb", notebook("const a = 6 * 7;\na"))
        done = tool("nbconvert", "--to", "html", "--execute", file)
        self.assertEqual(done.returncode, 0, done.stderr)
        with open(os.path.join(self.folder, "in.html")) as page:
            self.assertIn("42", page.read())
        # A notebook that has never run does not say in what its code is written.
        done = tool("nbconvert", "--to", "notebook", "--inplace", "--execute", file)
        self.assertEqual(done.returncode, 0, done.stderr)
        done = tool("nbconvert", "--to", "script", file)
        self.assertEqual(done.returncode, 0, done.stderr)
        with open(os.path.join(self.folder, "in.ts")) as script:
            self.assertIn("const a = 6 * 7;", script.read())

    def test_papermill(self):
        file = self.write("in.ipynb", notebook("const a = 6;", "console.log(a * 7);"))
        out = os.path.join(self.folder, "out.ipynb")
        done = tool("papermill", file, out)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(nbformat.read(out, 4).cells[1].outputs[0].text, "42\n")

    def test_console(self):
        done = tool(
            "jupyter_console",
            "--kernel=typescript",
            "--simple-prompt",
            "-y",
            input="const a = 6;\na * 7\nthrow new RangeError('wrong')\nprompt('Name? ')\nAda\nexit\n",
        )
        self.assertIn("42", done.stdout)
        self.assertIn("RangeError", done.stdout + done.stderr)
        self.assertIn("Ada", done.stdout)

    def test_restart_leaves_nothing(self):
        manager = KernelManager(kernel_name=KERNEL)
        manager.start_kernel()
        client = manager.client()
        client.start_channels()
        client.wait_for_ready(timeout=60)
        first = manager.provisioner.pid
        client.execute_interactive("require('node:child_process').spawn('sleep', ['600']).pid", timeout=60)
        manager.restart_kernel()
        client.wait_for_ready(timeout=60)
        left = subprocess.run(["ps", "-A", "-o", "pgid="], capture_output=True, text=True).stdout.split()
        self.assertNotIn(str(first), left)
        client.stop_channels()
        manager.shutdown_kernel()
        self.assertFalse(manager.is_alive())

    def test_parent_killed(self):
        code = (
            "import sys, time\nfrom jupyter_client import KernelManager\n"
            "m = KernelManager(kernel_name='typescript'); m.start_kernel()\n"
            "c = m.client(); c.start_channels(); c.wait_for_ready(timeout=60)\n"
            "print(m.provisioner.pid, flush=True); time.sleep(600)"
        )
        parent = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True)
        kernel = int(parent.stdout.readline())
        parent.kill()
        parent.communicate()
        deadline = time.time() + 20
        while time.time() < deadline and os.path.exists(f"/proc/{kernel}"):
            time.sleep(0.1)
        self.assertFalse(os.path.exists(f"/proc/{kernel}"))

    def test_jupyterlab(self):
        """Starts the server as `jupyter lab` does; a kernel of ours over its HTTP and WebSocket."""
        with socket.create_server(("127.0.0.1", 0)) as free:
            port = free.getsockname()[1]
        server = subprocess.Popen(
            [sys.executable, "-m", "jupyterlab", "--no-browser", "--allow-root", f"--port={port}",
             "--ServerApp.port_retries=0", "--IdentityProvider.token=secret", f"--notebook-dir={self.folder}"],
            stderr=subprocess.DEVNULL, text=True, start_new_session=True,
        )
        try:
            address = f"http://127.0.0.1:{port}"

            def listens():
                try:
                    return urllib.request.urlopen(address + "/api", timeout=5).status == 200
                except OSError:
                    return False

            deadline = time.time() + 60
            while not listens() and time.time() < deadline:
                time.sleep(0.2)

            def ask(path, data=None):
                request = urllib.request.Request(
                    address + path,
                    data=None if data is None else json.dumps(data).encode(),
                    headers={"Authorization": "token secret"},
                )
                answer = urllib.request.urlopen(request, timeout=60).read()
                return json.loads(answer) if answer else None

            specs = ask("/api/kernelspecs")["kernelspecs"]
            self.assertEqual(specs[KERNEL]["spec"]["display_name"], "TypeScript")
            kernel = ask("/api/kernels", {"name": KERNEL})["id"]
            self.assertEqual(self.over_websocket(address, kernel), "42")
            ask(f"/api/kernels/{kernel}/interrupt", {})
            ask(f"/api/kernels/{kernel}/restart", {})
            self.assertEqual(self.over_websocket(address, kernel), "42")
        finally:
            os.killpg(server.pid, signal.SIGTERM)
            server.wait(20)

    def over_websocket(self, address, kernel):
        import websocket

        channels = websocket.create_connection(
            f"{address.replace('http', 'ws')}/api/kernels/{kernel}/channels",
            header=["Authorization: token secret"], timeout=60,
        )
        header = {"msg_id": "1", "msg_type": "execute_request", "session": "s", "username": "", "version": "5.4"}
        content = {"code": "6 * 7", "silent": False, "store_history": True, "allow_stdin": False}
        channels.send(json.dumps(
            {"channel": "shell", "header": header, "parent_header": {}, "metadata": {}, "content": content}
        ))
        while True:
            message = json.loads(channels.recv())
            if message["header"]["msg_type"] == "execute_result":
                channels.close()
                return message["content"]["data"]["text/plain"]


if __name__ == "__main__":
    unittest.main(verbosity=2)
