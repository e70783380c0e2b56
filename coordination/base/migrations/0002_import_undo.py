import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from coordination.base.migrationparts import CreateModels


class Migration(migrations.Migration):

    dependencies = [
        ('base', '0001_initial'),
    ]

    operations = [
        migrations.AddField(
            model_name='importjob',
            name='by_command',
            field=models.BooleanField(default=False, verbose_name='by command'),
        ),
        CreateModels([
            migrations.CreateModel(
                name='ImportUndo',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('at', models.DateTimeField(verbose_name='undone')),
                    ('reason', models.CharField(max_length=100, verbose_name='reason')),
                    ('taken_away', models.PositiveIntegerField(default=0, verbose_name='rows taken away')),
                    ('put_back', models.PositiveIntegerField(default=0, verbose_name='rows put back')),
                    ('left', models.JSONField(default=list)),
                    ('by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='undone by')),
                    ('job', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='undo', to='base.importjob')),
                ],
                options={
                    'verbose_name': 'undone import',
                    'verbose_name_plural': 'undone imports',
                    'ordering': ['-at', '-pk'],
                },
            ),
            migrations.CreateModel(
                name='ImportedRow',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('model', models.CharField(max_length=80)),
                    ('key', models.CharField(max_length=40)),
                    ('what', models.CharField(choices=[('+', 'new'), ('~', 'changed'), ('-', 'removed')], max_length=1)),
                    ('before', models.JSONField(default=dict)),
                    ('after', models.JSONField(default=dict)),
                    ('job', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='written', to='base.importjob')),
                ],
                options={
                    'verbose_name': 'row of an import',
                    'verbose_name_plural': 'rows of imports',
                    'ordering': ['pk'],
                    'constraints': [models.UniqueConstraint(fields=('job', 'model', 'key'), name='base_importedrow_once_in_a_job')],
                },
            ),
        ]),
    ]
