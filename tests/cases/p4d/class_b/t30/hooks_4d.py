# Problem 4d - everything with an nn.Module and hooks
import torch
import torch.nn as nn


class SkipReLU(nn.Module):
    def __init__(self, h=12):
        super().__init__()
        self.hidden = nn.Linear(1, h)
        self.act = nn.ReLU()
        self.out = nn.Linear(h, 1)

    def forward(self, x):
        return self.out(self.act(self.hidden(x))) + x


class Recorder:
    """remembers inputs and outputs of every submodule (forward hooks) and the gradient of every
    parameter at the moment autograd delivers it (tensor hooks)"""

    def __init__(self, model):
        self.inp, self.out, self.grad = {}, {}, {}
        self.handles = []
        for name, m in model.named_children():
            self.handles.append(m.register_forward_hook(self._forward(name)))
        for name, p in model.named_parameters():
            self.handles.append(p.register_hook(self._gradient(name)))

    def _forward(self, name):
        def hook(module, args, output):
            self.inp[name], self.out[name] = args[0].detach(), output.detach()
        return hook

    def _gradient(self, name):
        def hook(g):
            self.grad[name] = g.detach().clone()
        return hook

    def watch(self, name, t):
        self.handles.append(t.register_hook(self._gradient(name)))

    def close(self):
        for hd in self.handles:
            hd.remove()


torch.manual_seed(8)
model = SkipReLU()
nn.init.normal_(model.hidden.weight); nn.init.normal_(model.hidden.bias)
x = torch.full((1, 1), -0.9, requires_grad=True)
y = torch.full((1, 1), 0.3)

rec = Recorder(model)
rec.watch("x", x)
pred = model(x)
criterion = nn.MSELoss()
loss = criterion(pred, y)
loss.backward()
rec.close()

# ---- analytical, from the recorded activations.  MSELoss has no 1/2 -> factor 2
r = 2 * (pred.detach() - y)
z1, a1 = rec.out["hidden"], rec.out["act"]
relu_prime = torch.relu(torch.sign(z1))
dz1 = (r @ model.out.weight.data) * relu_prime

expected = {
    "out.bias": r.view(-1),
    "out.weight": r.t() @ a1,
    "hidden.weight": dz1.t() @ rec.inp["hidden"],
    "hidden.bias": dz1.view(-1),
    "x": r + dz1 @ model.hidden.weight.data,
}
for k, v in expected.items():
    g = rec.grad[k]
    print(f"{k:14s} {str(tuple(v.shape)):9s} ||diff|| = {torch.linalg.norm(v - g):.2e}   ||grad|| = {torch.linalg.norm(g):.4f}")
# diff is 1e-7 or smaller relative to gradients of order 1: formulas verified (float32)
