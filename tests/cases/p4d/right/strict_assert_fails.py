import torch

# hw2 q4d, abhishek

torch.manual_seed(50)
H = 25

W1 = torch.rand(H, 1) * 2 - 1
b1 = torch.rand(H, 1) * 2 - 1
W2 = torch.rand(1, H) * 2 - 1
b2 = torch.rand(1, 1) * 2 - 1
x = torch.rand(1, 1) * 3
y = torch.rand(1, 1) * 3
for t in [W1, b1, W2, b2, x]:
    t.requires_grad = True

Z = W1.mm(x) + b1
A = Z.relu()
Yhat = W2.mm(A) + b2 + x
loss = ((Yhat - y) ** 2).sum() * 0.5
loss.backward()

e = Yhat.data - y
dZ = (W2.data.T * e) * (Z.data > 0)

dW2 = e * A.data.T
db2 = e
dW1 = (e * x.data) * W2.data.T * (Z.data > 0)
db1 = dZ
dx = e * (1 + torch.sum(W2.data.T * (Z.data > 0) * W1.data))

print("max diff W2", (dW2 - W2.grad).abs().max())
print("max diff b2", (db2 - b2.grad).abs().max())
print("max diff W1", (dW1 - W1.grad).abs().max())
print("max diff b1", (db1 - b1.grad).abs().max())
print("max diff x", (dx - x.grad).abs().max())

assert torch.equal(dW2, W2.grad)
assert torch.equal(db2, b2.grad)
assert torch.equal(dW1, W1.grad)
assert torch.equal(db1, b1.grad)
assert torch.equal(dx, x.grad)
print("exactly equal!!")
