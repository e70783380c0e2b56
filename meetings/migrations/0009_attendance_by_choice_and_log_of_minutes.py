from django.db import migrations, models


def move(apps, schema_editor):
    invitations = apps.get_model("meetings", "Invitation").objects.using(schema_editor.connection.alias)
    invitations.filter(attended=True).update(attendance="present")
    invitations.filter(attended=False).update(attendance="absent")


def move_back(apps, schema_editor):
    invitations = apps.get_model("meetings", "Invitation").objects.using(schema_editor.connection.alias)
    invitations.filter(attendance__in=["present", "delegated"]).update(attended=True)
    invitations.filter(attendance__in=["absent", "excused"]).update(attended=False)


class Migration(migrations.Migration):
    dependencies = [("meetings", "0008_finding_to_decision")]

    operations = [
        migrations.AddField(
            model_name="invitation",
            name="attendance",
            field=models.CharField(
                blank=True,
                choices=[
                    ("present", "present"),
                    ("delegated", "somebody else came instead"),
                    ("excused", "absent, had said so"),
                    ("absent", "absent"),
                ],
                default="",
                editable=False,
                max_length=9,
                verbose_name="attendance",
            ),
        ),
        migrations.RunPython(move, move_back),
        migrations.RemoveField(model_name="invitation", name="attended"),
        migrations.AddField(
            model_name="minutes",
            name="log",
            field=models.JSONField(default=list, editable=False),
        ),
    ]
