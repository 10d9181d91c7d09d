import torch
torch.manual_seed(4)
h = 5
x = torch.randn(1, requires_grad=True)
y = torch.randn(1)
W1 = torch.randn(h, 1, requires_grad=True)
b1 = torch.randn(h, requires_grad=True)
W2 = torch.randn(1, h, requires_grad=True)
b2 = torch.randn(1, requires_grad=True)
z1 = W1 @ x + b1
a1 = torch.relu(z1)
yhat = W2 @ a1 + b2 + x
loss = 0.5 * (yhat - y) ** 2

class Grads(dict):
    def __sub__(self, other):
        return Grads({k: self[k].reshape(-1) - other[k].reshape(-1) for k in self})
    def worst(self):
        return max(v.abs().max().item() for v in self.values())
loss.backward()
with torch.no_grad():
    e = yhat - y
    d = W2[0] * e * (a1 > 0)
    mine = Grads(W1=d * x, b1=d, W2=e * a1, b2=e, x=e + d @ W1[:, 0])
torchs = Grads(W1=W1.grad, b1=b1.grad, W2=W2.grad, b2=b2.grad, x=x.grad)
print((mine - torchs).worst())
