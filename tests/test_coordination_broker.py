import subprocess

import celery
import kombu
import pytest
import redis

from coordination import broker


@pytest.fixture
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("b")


def start(folder):
    socket = folder / "broker.sock"
    process = subprocess.Popen(broker.command(socket, folder), stdout=subprocess.DEVNULL)
    assert broker.wait_until(socket, up=True)
    return process


def test_messages_survive_a_kill_and_nobody_else_can_read_them(folder):
    socket = folder / "broker.sock"
    process = start(folder)
    client = redis.Redis(unix_socket_path=str(socket))
    client.rpush("celery", "message")
    assert socket.stat().st_mode & 0o077 == 0
    assert client.config_get("port") == {"port": "0"}
    process.kill()
    process.wait()

    assert not broker.answers(socket)
    process = start(folder)
    assert redis.Redis(unix_socket_path=str(socket)).lrange("celery", 0, -1) == [b"message"]
    process.terminate()
    process.wait()


def test_a_broker_left_from_an_earlier_run_is_ended(folder):
    process = start(folder)
    broker.prepare(folder / "broker.sock", folder)
    assert process.wait(10) == 0


@pytest.fixture
def app(folder):
    """The project's Celery settings, with a broker of the test's own."""
    app = celery.Celery(set_as_current=False)
    app.config_from_object("django.conf:settings", namespace="CELERY")
    app.conf.broker_url = f"redis+socket://{folder}/broker.sock"
    return app


def test_a_sent_task_reaches_the_queue(folder, app):
    process = start(folder)
    app.send_task("anything")
    assert redis.Redis(unix_socket_path=str(folder / "broker.sock")).llen("celery") == 1
    process.terminate()
    process.wait()


def test_sending_without_a_broker_fails_and_does_not_hang(app):
    with pytest.raises(kombu.exceptions.OperationalError):
        app.send_task("anything")
